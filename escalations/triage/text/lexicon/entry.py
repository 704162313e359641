"""Our own short lexicon of what customers say when a person should look, with a strength for each pattern.

Strengths are judgement, not learned: .9 and above is said in earnest only, .5 is as likely as not, below
.5 counts only together with others. Patterns are matched without regard to case.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A pattern that shows `code`; with `negatable`, "not" shortly before it takes it back."""

    code: str
    strength: float
    pattern: re.Pattern[str]
    negatable: bool = True


def hint(code: str, strength: float, *patterns: str, negatable: bool = True) -> Entry:
    """An entry for any of the patterns; each begins at the start of a word."""
    return Entry(code, strength, re.compile(rf"\b(?:{'|'.join(patterns)})", re.IGNORECASE), negatable)


def firm(code: str, strength: float, *patterns: str) -> Entry:
    """An entry that "not" does not take back, mostly because it holds the "not" itself."""
    return hint(code, strength, *patterns, negatable=False)
