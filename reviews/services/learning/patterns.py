"""Which cases do people correct more often than the others? Conditions in the words of policy. Pure.

Each condition is a clause or two over the signals that policy measured. It is ranked by the likelihood ratio of "cases
inside are wrong at another rate than cases outside" (G-test, Woolf 1957) with a price per clause, so that a second
clause has to earn its place; and proposed only where the lower bound of its rate (Wilson 1927) lies well above what is
usual outside.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from escalations.autonomy.intervals import wilson
from escalations.policy.conditions import Clause

Bools = NDArray[np.bool_]

LEAST, LEAST_WRONG = 12, 8
"""Cases that a condition must hold, and wrong ones among them."""

WORDS = ("category", "channel", "action", "agent_intent", "topic", "data_structure", "emotional_nuance")
NUMBERS = ("amount", "missing_fields", "unknown_fields", "conflicts", "mismatches", "sentiment", "complexity",
           "out_of_scope", "repeated_errors", "credit")  # fmt: skip
FLAGS = ("unclear", "agent_disagrees", "last_step_failed", "amount_unreadable", "over_credit")
ANY = "any"
PRICE = 10.0  # of each clause, in units of the likelihood ratio: many are tried
SEEDS = 3  # clauses of a signal that a second clause may sharpen
SAME = 0.6  # share of wrong cases in common from which two conditions say the same
LOWER = 1.5  # times the rate outside, that the lower bound inside must reach
WORTH = 0.2  # and at least: people need not see all cases because few of them are wrong
CUTS = (*(n / 20 for n in range(1, 20)), 0.98)  # of a number, as shares of the cases below


@dataclass(frozen=True, slots=True)
class Judged:
    """A case that people judged: policy's signals, the kinds of what was wrong with the AI's answer (none when nothing
    was), and its masked words.
    """

    signals: Mapping[str, Any]
    wrong: frozenset[str]
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A condition (all clauses hold) and the kind of error it gathers: `wrong` of `cases` inside, `others_wrong` of
    `others` outside; `low` is the lower bound of the rate inside at 95 %. `words` tell wrong cases inside from all
    others.
    """

    clauses: tuple[Clause, ...]
    kind: str
    cases: int
    wrong: int
    others: int
    others_wrong: int
    low: float
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    clauses: tuple[Clause, ...]
    holds: Bools
    kind: str
    score: float
    low: float


def patterns(rows: Sequence[Judged], most: int = 10) -> list[Found]:
    """The conditions that gather errors, the clearest first; at most `most`, no two about the same cases."""
    if not any(row.wrong for row in rows):
        return []
    kinds, clauses = _kinds(rows), list(_clauses(rows))
    singles = _told_apart([((clause,), holds) for clause, holds in clauses], kinds)
    pairs = _told_apart(_pairs(_seeds(singles), clauses), kinds)
    chosen: list[_Candidate] = []
    for one in sorted((*singles, *pairs), key=lambda one: -one.score):
        if one.low >= WORTH and len(chosen) < most and not any(_same(one, other, kinds) for other in chosen):
            chosen.append(one)
    return [_told(one, rows, kinds) for one in chosen]


def _told_apart(
    conditions: Iterable[tuple[tuple[Clause, ...], Bools]], kinds: Mapping[str, Bools]
) -> list[_Candidate]:
    return [one for clauses, holds in conditions if (one := _best(clauses, holds, kinds)) is not None]


def _seeds(singles: Sequence[_Candidate]) -> list[_Candidate]:
    """The best few clauses of each signal: what a second clause may sharpen."""
    taken: Counter[str] = Counter()
    seeds = []
    for one in sorted(singles, key=lambda one: -one.score):
        signal = one.clauses[0].signal
        taken[signal] += 1
        seeds += [one] if taken[signal] <= SEEDS else []
    return seeds


def _pairs(
    seeds: Sequence[_Candidate], clauses: Sequence[tuple[Clause, Bools]]
) -> Iterable[tuple[tuple[Clause, ...], Bools]]:
    for one in seeds:
        for clause, holds in clauses:
            if clause.signal != one.clauses[0].signal:
                yield (*one.clauses, clause), one.holds & holds


def _kinds(rows: Sequence[Judged]) -> dict[str, Bools]:
    counts = Counter(kind for row in rows for kind in row.wrong)
    found = {ANY: np.array([bool(row.wrong) for row in rows])}
    for kind, count in counts.items():
        if count >= LEAST_WRONG:
            found[kind] = np.array([kind in row.wrong for row in rows])
    return found


def _clauses(rows: Sequence[Judged]) -> Iterable[tuple[Clause, Bools]]:
    for name in WORDS:
        values = np.array([str(row.signals.get(name) or "") for row in rows])
        for value, count in Counter(values.tolist()).items():
            if value and LEAST <= count < len(rows) and '"' not in value:
                yield Clause(name, "==", value), values == value
    for name in FLAGS:
        holds = np.array([bool(row.signals.get(name)) for row in rows])
        if LEAST <= holds.sum() < len(rows):
            yield Clause(name, "yes"), holds
    for name in NUMBERS:
        yield from _cuts(name, np.array([_number(row.signals.get(name)) for row in rows]))


def _cuts(name: str, values: NDArray[np.float64]) -> Iterable[tuple[Clause, Bools]]:
    cuts = {_round(float(np.quantile(values, share))) for share in CUTS}
    for cut in sorted(cuts | ({1.0} if name.endswith("s") else set())):
        for op, holds in ((">=", values >= cut), ("<", values < cut)):
            if LEAST <= holds.sum() < len(values):
                yield Clause(name, op, f"{cut:g}"), holds


def _best(clauses: tuple[Clause, ...], holds: Bools, kinds: Mapping[str, Bools]) -> _Candidate | None:
    """The kind of error that the condition tells best, or None where it tells none."""
    inside = int(holds.sum())
    if inside < LEAST:
        return None
    best: _Candidate | None = None
    for kind, wrong in kinds.items():
        hits, missed = int((holds & wrong).sum()), int((~holds & wrong).sum())
        outside = len(holds) - inside
        bound = wilson(hits, inside)
        if hits < LEAST_WRONG or bound is None or bound.low < LOWER * missed / max(1, outside):
            continue
        score = _likelihood_ratio(hits, inside, missed, outside) - PRICE * len(clauses)
        if score > 0 and (best is None or score > best.score):
            best = _Candidate(clauses, holds, kind, score, bound.low)
    return best


def _likelihood_ratio(hits: int, inside: int, missed: int, outside: int) -> float:
    together = _log_likelihood(hits + missed, inside + outside)
    return 2 * (_log_likelihood(hits, inside) + _log_likelihood(missed, outside) - together)


def _log_likelihood(hits: int, size: int) -> float:
    return sum(n * math.log(n / size) for n in (hits, size - hits) if n)


def _same(one: _Candidate, other: _Candidate, kinds: Mapping[str, Bools]) -> bool:
    """Do both gather much the same wrong cases?"""
    first, second = one.holds & kinds[one.kind], other.holds & kinds[other.kind]
    return bool((first & second).sum() > SAME * min(first.sum(), second.sum()))


def _told(one: _Candidate, rows: Sequence[Judged], kinds: Mapping[str, Bools]) -> Found:
    wrong = kinds[one.kind]
    inside, hits = int(one.holds.sum()), int((one.holds & wrong).sum())
    bound = wilson(hits, inside)
    return Found(
        clauses=one.clauses, kind=one.kind, cases=inside, wrong=hits, others=len(rows) - inside,
        others_wrong=int((~one.holds & wrong).sum()), low=bound.low if bound else 0.0, score=one.score,
        words=_words([row.words for row, here in zip(rows, one.holds & wrong, strict=True) if here],
                     [row.words for row, here in zip(rows, one.holds & wrong, strict=True) if not here]),
    )  # fmt: skip


def _words(here: Sequence[frozenset[str]], there: Sequence[frozenset[str]], most: int = 5) -> tuple[str, ...]:
    """Words that most of these cases have and few of the others."""
    inside, outside = Counter(w for row in here for w in row), Counter(w for row in there for w in row)
    gap = {
        word: count / len(here) - outside[word] / max(1, len(there))
        for word, count in inside.items()
        if count >= 0.4 * len(here)
    }
    return tuple(
        word for word, by in sorted(gap.items(), key=lambda pair: (-pair[1], pair[0]))[:most] if by > 0.2
    )


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else 0.0


def _round(value: float) -> float:
    """Two leading digits: a limit that people can read."""
    return float(f"{value:.2g}")
