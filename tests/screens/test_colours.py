"""Every declared pair of colours is readable in both themes, and severities stay apart for every sight."""

import re
from itertools import combinations

import pytest

from tests.screens.palette import SIGHTS, contrast, distance, layers, pairs, tokens

THEMES = {"light": 0, "dark": 1}
TEXT = [
    *pairs("ink ink-2 ink-3 accent ai sev1 sev2 sev3 sev4 ok", "paper sheet well"),
    *pairs("ink", "mark warn-wash bad-wash"),
    ("on-accent", "accent"),
    ("paper", "ink"),
]
CONTROLS = pairs("line-ui focus accent ink", "paper sheet well")
SEVERITIES = ("sev1", "sev2", "sev3", "sev4")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_is_readable_on_every_surface_it_stands_on(front: str, back: str, theme: str) -> None:
    colours = tokens()
    assert contrast(colours[front][THEMES[theme]], colours[back][THEMES[theme]]) >= 4.8


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back"), CONTROLS)
def test_borders_of_controls_and_the_focus_ring_are_seen(front: str, back: str, theme: str) -> None:
    colours = tokens()
    assert contrast(colours[front][THEMES[theme]], colours[back][THEMES[theme]]) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_no_two_severities_look_alike_to_anyone(sight: str, theme: str) -> None:
    colours = tokens()
    shown = [colours[name][THEMES[theme]] for name in SEVERITIES]
    nearest = min(distance(one, other, sight) for one, other in combinations(shown, 2))
    assert nearest >= 9


def test_raw_colours_are_written_in_the_tokens_only() -> None:
    raw = r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\(|:\s*(?:white|black|red|green|blue|gr[ae]y|orange)\b"
    outside = [
        found for name, text in layers().items() if name != "tokens" for found in re.findall(raw, text)
    ]
    assert outside == []


def test_the_layers_come_in_the_order_that_the_first_line_declares() -> None:
    assert list(layers()) == ["reset", "tokens", "base", "layout", "parts", "state", "util"]
