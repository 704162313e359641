"""Our own short lexicon of what customers say when a person should look, with a strength for each pattern.

Strengths are judgement, not learned: .9 and above is said in earnest only, .5 is as likely as not, below
.5 counts only together with others. Patterns are in lower case and meet text in lower case: that is four
times as fast as ignoring case, because the engine may look for the first letter.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A pattern that shows `code`; with `negatable`, "not" shortly before it takes it back.

    `cased` patterns meet the text as it was written: acronyms that are words in lower case.
    """

    code: str
    strength: float
    pattern: re.Pattern[str]
    negatable: bool = True
    cased: bool = False


def hint(code: str, strength: float, *patterns: str, negatable: bool = True, cased: bool = False) -> Entry:
    """An entry for any of the patterns; each begins at the start of a word."""
    return Entry(code, strength, re.compile(rf"\b(?:{'|'.join(patterns)})"), negatable, cased)


def firm(code: str, strength: float, *patterns: str) -> Entry:
    """An entry that "not" does not take back, mostly because it holds the "not" itself."""
    return hint(code, strength, *patterns, negatable=False)
