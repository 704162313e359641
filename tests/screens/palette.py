"""Reads the stylesheet's tokens and does colour arithmetic on them.

Sources: WCAG 2.2 (contrast), Björn Ottosson's OKLab, and the matrices of Machado, Oliveira and Fernandes
(2009) for severe colour vision deficiency.
"""

import math
import re
from itertools import product
from pathlib import Path

from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css" / "app.css"

Colour = tuple[float, float, float]
"""Linear light, 0 to 1, red, green, blue."""

SIGHTS: dict[str, tuple[Colour, Colour, Colour]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039),
    ),
}  # fmt: skip


def tokens() -> dict[str, tuple[str, str]]:
    """Every colour token as (light, dark) hexadecimal."""
    found = re.findall(r"--([\w-]+):\s*light-dark\((#\w{6}), (#\w{6})\)", CSS.read_text())
    return {name: (light, dark) for name, light, dark in found}


def layers() -> dict[str, str]:
    """The text of each cascade layer by name."""
    parts = re.split(r"^@layer (\w+) \{$", CSS.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def linear(code: str) -> Colour:
    """A hexadecimal sRGB colour in linear light."""
    channels = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two hexadecimal colours, 1 to 21."""
    light, dark = sorted((_luminance(linear(one)), _luminance(linear(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def distance(one: str, other: str, sight: str) -> float:
    """OKLab distance times 100 of two colours as somebody with that sight sees them."""
    first, second = (_oklab(_seen(linear(code), sight)) for code in (one, other))
    return 100 * math.dist(first, second)


def pairs(fronts: str, backs: str) -> list[tuple[str, str]]:
    """All pairs of two lists of token names, separated by blanks."""
    return list(product(fronts.split(), backs.split()))


def _luminance(colour: Colour) -> float:
    red, green, blue = colour
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _seen(colour: Colour, sight: str) -> Colour:
    red, green, blue = (
        min(1.0, max(0.0, sum(k * c for k, c in zip(row, colour, strict=True)))) for row in SIGHTS[sight]
    )
    return red, green, blue


def _oklab(colour: Colour) -> Colour:
    r, g, b = colour
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
    )
