"""Single readings: numbers made safe to compare, amounts read from text, values compared with a tolerance."""

import math
import re
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache

MOST = 1e15
"""Larger readings are held here: the table engine's decimals end at about 8e28, and no rule looks so far."""

_LONGEST = 64
_TOKEN = re.compile(r"\d{1,3}(?:[ \u00a0\u202f']\d{3})+(?:[.,]\d+)?|\d[\d.,]*")
_AROUND = re.compile(r"\s*(?:[A-Za-z]{3}|[A-Z]{0,3}[$\u00a2-\u00a5\u20a0-\u20cf])?\s*")
_GROUPS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_SPACE = re.compile(r"\s+")


def score(value: float, worst: float, least: float = 0.0, most: float = 1.0) -> float:
    """`value` held inside [least, most]; `worst` where it is no number at all."""
    return min(max(float(value), least), most) if math.isfinite(value) else worst


def floor12(value: float) -> float:
    """`value` rounded down at the twelfth decimal.

    The table engine keeps about 15 digits, so 0.8999999999999999 would equal 0.9 there; rounding down keeps
    "below the threshold" true in both worlds.
    """
    return float(Decimal(repr(value)).quantize(Decimal("1e-12"), ROUND_FLOOR))


def amount_in(text: str) -> tuple[float | None, bool]:
    """(amount, readable): the largest number in a short text such as "EUR 1.250,00", without its sign.

    Readable is False where anything but a currency stands beside one number ("5k", "3 or 7"): then the amount
    is only a guess, and a person should look. Blank text is (None, True).
    """
    text = text.strip()
    if not text:
        return None, True
    if len(text) > _LONGEST:
        return None, False
    number = None if _GROUPS.fullmatch(text) else _number(text)
    if number is not None:
        return (min(abs(number), MOST), True) if math.isfinite(number) else (MOST, False)
    tokens = _TOKEN.findall(text)
    if not tokens:
        return None, False
    around = _TOKEN.split(text)
    readable = len(tokens) == 1 and all(_AROUND.fullmatch(part.strip("()-+")) for part in around)
    return min(max(_value(token) for token in tokens), MOST), readable


def _number(text: str) -> float | None:
    """The text as Python writes numbers, also "1e6" and "1_000": an agent's system may read it so."""
    try:
        return float(text)
    except ValueError:
        return None


def _value(token: str) -> float:
    """A number written with either decimal mark. "1.250" is read as 1250: of two readings the graver one."""
    token = re.sub(r"[ \u00a0\u202f']", "", token).rstrip(".,")
    if _GROUPS.fullmatch(token):
        return float(re.sub(r"[.,]", "", token))
    mark = max(token.rfind("."), token.rfind(","))
    whole, part = (token[:mark], token[mark + 1 :]) if mark >= 0 else (token, "0")
    return float(f"{re.sub('[.,]', '', whole) or '0'}.{part or '0'}")


def plain(text: str) -> str:
    """Text for comparison: case, blanks and outer punctuation do not matter."""
    return _SPACE.sub(" ", text).strip().strip(".;:").casefold()


def gap(first: str, second: str, tolerance: float, tolerance_abs: float) -> float | None:
    """How far two values differ beyond the tolerance, None if they agree.

    Numbers give their difference as a share of the first (1 where that is zero); words that differ give 1.
    `tolerance` is such a share, `tolerance_abs` in the value's own unit; the larger of the two is allowed.
    """
    if plain(first) == plain(second):
        return None
    a, b = _signed(first), _signed(second)
    if a is None or b is None:
        return 1.0
    difference = round(abs(a - b), 9)
    if difference <= max(tolerance * abs(a), tolerance_abs):
        return None
    return round(difference / abs(a), 6) if a else 1.0


def _signed(text: str) -> float | None:
    """The text as one number with its sign, None if it is not one."""
    number = _number(text)
    if number is None:
        amount, readable = amount_in(text)
        number = amount if readable else None
        number = -number if number and text.strip()[0] in "-(" else number
    return number if number is not None and math.isfinite(number) else None


def is_number(text: str) -> bool:
    """Whether the whole text is one readable amount."""
    return _signed(text) is not None


def clip(text: str, length: int = 80) -> str:
    """Text short enough to show, valid UTF-8 and without control characters."""
    if len(text) <= length and text.isprintable():
        return text
    clean = "".join(c if c.isprintable() else " " for c in text.encode("utf-8", "replace").decode())
    return clean if len(clean) <= length else clean[: length - 1] + "…"


@lru_cache(maxsize=4096)
def slug(text: str) -> str:
    """A label as lower-case words joined by underscores, at most 80 characters. Remembered: labels are few, and each
    case asks for a dozen.
    """
    return _NOT_WORD.sub("_", clip(text).casefold()).strip("_")
