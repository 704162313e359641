"""Do people look, or do they stamp what the AI says? A meter over many decisions, never over one (R094). Pure.

Three signs. Planted wrong suggestions that were accepted: the miss rate. Agreement with the AI where its answer was
shown, against where it was hidden: whoever copies it in a share `a` of the cases and otherwise judges alone agrees in
a + (1 - a) x hidden of those shown, so a = 1 - (disagreement shown)/(disagreement hidden), the anchoring. And time: a
decision that takes no longer when there is more to read was not read; the slope is Theil's and Sen's (Sen, 1968, JASA
63), which a few long lunches do not move. Silent reading runs at about 240 words a minute (Brysbaert, 2019, Journal of
Memory and Language 109); nobody reads at `SKIMMED`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from escalations.autonomy.intervals import Interval, difference, ratio, wilson

SKIMMED = 900  # words a minute
MOST_TIMED = 500  # the slope looks at all pairs: the latest are enough


@dataclass(frozen=True, slots=True)
class Timed:
    """One decision: how many words there were to read, and how many seconds it took."""

    words: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What one person or team did. Counts, and the timed decisions, latest last."""

    planted: int
    missed: int
    shown: int
    shown_agreed: int
    hidden: int
    hidden_agreed: int
    timed: Sequence[Timed] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What is agreed: at most so many planted errors missed, so much copied, so many decisions too quick to be read."""

    missed: float = 0.2
    copied: float = 0.3
    skimmed: float = 0.2
    least: int = 8  # planted items, or hidden cases, or timed decisions, before anything is said of them


@dataclass(frozen=True, slots=True)
class Meter:
    """The figures; None where there is nothing yet. `slope`: seconds for each 100 words more; `skimmed`: the share of
    decisions quicker than anyone reads. `verdict`: unknown, attentive, watch (a figure is beyond its limit, by chance
    perhaps) or stamping (beyond chance); `words`: why.
    """

    missed: Interval | None
    lift: Interval | None
    copied: Interval | None
    slope: Interval | None
    skimmed: Interval | None
    verdict: str
    words: tuple[str, ...]


def meter(seen: Seen, limits: Limits | None = None, confidence: float = 0.95) -> Meter:
    """The rubber-stamp meter of one person or team."""
    agreed = limits or Limits()
    missed = wilson(seen.missed, seen.planted, confidence)
    shown = wilson(seen.shown_agreed, seen.shown, confidence)
    hidden = wilson(seen.hidden_agreed, seen.hidden, confidence)
    lift = difference(shown, hidden) if shown and hidden else None
    copied = _copied(seen, confidence) if lift else None
    timed = [one for one in seen.timed if one.words > 0][-MOST_TIMED:]
    skimmed = wilson(sum(one.seconds * SKIMMED < one.words * 60 for one in timed), len(timed), confidence)
    figures = (
        ("of the planted errors missed", missed, seen.planted, agreed.missed),
        ("of the AI's answers copied", copied, min(seen.shown, seen.hidden), agreed.copied),
        ("of the decisions quicker than anyone reads", skimmed, len(timed), agreed.skimmed),
    )
    said = [(text, found, limit) for text, found, size, limit in figures if found and size >= agreed.least]
    beyond = [(text, found, limit) for text, found, limit in said if found.estimate > limit]
    sure = [one for one in beyond if one[1].low > one[2]]
    words = tuple(
        f"{100 * found.estimate:.0f} % {text}; agreed is at most {100 * limit:.0f} %"
        for text, found, limit in beyond
    )
    verdict = "stamping" if sure else "watch" if beyond else "attentive" if said else "unknown"
    return Meter(missed, lift, copied, _slope(timed, agreed.least, confidence), skimmed, verdict, words)


def _copied(seen: Seen, confidence: float) -> Interval:
    """The anchoring parameter, between -1 (avoids what the AI says) and 1 (always copies it)."""
    left = ratio(
        seen.shown - seen.shown_agreed, seen.shown, seen.hidden - seen.hidden_agreed, seen.hidden, confidence
    )
    return Interval(*(max(-1.0, 1 - value) for value in (left.estimate, left.high, left.low)))


def _slope(timed: Sequence[Timed], least: int, confidence: float) -> Interval | None:
    """Seconds for each 100 words more; None when there are too few decisions, or all texts are equally long."""
    words = np.array([one.words for one in timed], dtype=np.float64)
    if len(words) < least or np.ptp(words) == 0:
        return None
    from scipy import stats  # half a second to import, and only this figure needs it

    found = stats.theilslopes([one.seconds for one in timed], words / 100, alpha=confidence)
    return Interval(float(found.slope), float(found.low_slope), float(found.high_slope))
