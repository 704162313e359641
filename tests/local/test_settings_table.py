"""`.env.example` is the list of settings; this keeps it whole."""

import re

from config.local.paths import ROOT

ELSEWHERE = {"DJANGO_SETTINGS_MODULE", "WEB_CONCURRENCY"}
"""Read by Django and gunicorn themselves."""


def test_every_setting_is_in_the_example_and_nothing_else_is() -> None:
    settings = "".join(path.read_text() for path in (ROOT / "config/settings").glob("*.py"))
    read = set(re.findall(r"""env(?:\.\w+)?\(\s*["'](\w+)["']""", settings))
    listed = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert "DATABASE_URL" in read
    assert listed - ELSEWHERE == read
