"""Codes and values as people read them. Pure."""

import json
import re
from functools import lru_cache
from typing import Any

ALLOWED = ("granted", "reversible")
"""Limits in words that say what the thing would have had to be."""

LONGEST = 400
"""Characters of a value from outside that a line shows."""


HIDDEN = {
    code: f"⟨U+{code:04X}⟩"
    for code in (
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0x200B,
        0x200E,
        0x200F,
        0x061C,
        0x2060,
        0xFEFF,
    )
}
"""Characters that turn or hide text without being seen themselves; joiners that scripts need are not among them."""


def visible(text: str) -> str:
    """`text` with such characters shown by their number, so that it reads to a person as it does to a machine."""
    return text if text.isascii() else text.translate(HIDDEN)


@lru_cache(2048)
def humanize(code: str) -> str:
    """ "lookup_ledger" as "Lookup ledger"."""
    words = code.replace("_", " ").replace("-", " ").replace(".", " ").strip()
    return re.sub(r"\b[Ss]la\b", "SLA", words[:1].upper() + words[1:])


def plain(value: Any) -> str:
    """Any JSON value on one short line."""
    if value is None or value == "":
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = visible(" ".join(text.split()))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def listed(value: Any) -> tuple[str, ...]:
    """The entries of a list as lines; anything else that says something as one line."""
    entries = value if isinstance(value, list | tuple) else [value]
    return tuple(line for entry in entries if (line := plain(entry)))


def pairs(value: Any) -> tuple[tuple[str, str], ...]:
    """A mapping as (label, value) lines; empty values are left out."""
    if not isinstance(value, dict):
        return ()
    return tuple((humanize(str(key)), line) for key, entry in value.items() if (line := plain(entry)))


def percent(share: Any) -> int | None:
    """A share of 0 to 1 in whole per cent, never rounded up to 100 or down to 0 from inside."""
    if not isinstance(share, int | float) or isinstance(share, bool):
        return None
    whole = round(share * 100)
    if 0 < share < 1:
        whole = min(max(whole, 1), 99)
    return int(min(max(whole, 0), 100))


def measure(score: Any, limit: Any) -> str:
    """ "64 % of 95 %", "84.20 of 50", "refund payment, not granted": what was measured against which limit."""
    both = [value for value in (score, limit) if isinstance(value, int | float)]
    share = bool(both) and all(0 <= value <= 1 for value in both)
    shown = [_amount(value, share) for value in (score, limit) if value is not None and value != ""]
    if isinstance(score, str) and isinstance(limit, str):
        found = plain(score).replace("_", " ")
        return f"{found}, not {limit}" if limit in ALLOWED else found
    return ", limit ".join(shown)


def _amount(value: Any, share: bool) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{percent(value)} %" if share else f"{value:.2f}".removesuffix(".00")
    return plain(value)
