"""What a strict Content-Security-Policy would block, or htmx would let fail open, is in no template."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))

TRAPS = {
    "an inline style": r"\sstyle\s*=",
    "an inline handler": r"\son[a-z]+\s*=",
    "hx-on": r"\shx-on\b",
    "a javascript address": r"javascript:",
    "hx-vals that runs code": r"hx-(?:vals|vars|headers)\s*=\s*['\"]?\s*js",
    "a filter in hx-trigger, which fails open without eval": r"hx-trigger\s*=\s*\"[^\"]*\[",
    "attribute inheritance, which htmx 4 drops": r"<body[^>]*\shx-",
    "an htmx extension": r"\shx-ext\b",
    "a style block": r"<style\b",
    "an inline script": r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))",
    "something from another host": r"(?:src|href)\s*=\s*\"(?:https?:)?//",
}


@pytest.mark.parametrize("trap", TRAPS)
def test_no_template_holds(trap: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group().strip()}"
        for path in TEMPLATES
        for match in re.finditer(TRAPS[trap], path.read_text(), re.IGNORECASE)
    ]
    assert found == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_neither_evaluates_text_nor_writes_markup(path: Path) -> None:
    traps = (
        r"\beval\b|new Function|(?:inner|outer)HTML|insertAdjacentHTML|document\.write|\bimport\b|\('style'"
    )
    code = re.sub(r"//.*|/\*.*?\*/", "", path.read_text())
    assert re.findall(traps, code) == []


def test_every_form_that_posts_carries_its_token() -> None:
    missing = [
        str(path.relative_to(ROOT))
        for path in TEMPLATES
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL)
        if "csrf_token" not in form and "slot body" not in form
    ]
    assert missing == []


def test_no_word_shouts() -> None:
    shouting = r"[A-Za-z]!(?!=)|[\U0001F300-\U0001FAFF]"
    words = [re.sub(r"{[%#].*?[%#]}|<[^>]*>", "", path.read_text()) for path in TEMPLATES]
    assert [found for text in words for found in re.findall(shouting, text)] == []
