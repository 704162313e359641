"""The circuit breaker of one client and case type: what changed, in words and figures, or nothing did (R089). Pure.

Five kinds of watch share one budget of false alarms, `ALPHA` within `HORIZON` cases of stable traffic: the mix of
categories, the distribution of scores, how often people override the AI, how often audits find it wrong, and the
fields of the cases. The first three and the fields are `streams`; audits bet against the promised rate itself, as in
`monitor`, but over every possible beginning of a change. Overrides and audits are watched per category too, because a
model that fails on one category hardly moves the whole. A decision under a superseded policy is a fact and needs no
statistics.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from escalations.autonomy import bounds, streams
from escalations.autonomy.labels import Label
from escalations.autonomy.streams import Stream

ALPHA = 0.05
HORIZON = 20_000  # cases
REVIEWS = 5_000  # of one category, within that
AUDITS = 2_000
BINS = 32  # of the scores
USUAL = 0.995  # of the reference has a field that is always there
ENOUGH = 20  # reviews, for a category to be watched by itself
FAILING = 5  # times the promised rate: what one category may show before it counts as failing
OTHERS = "(others)"


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it arrives: `score` None when the AI gave none; `fields`: the names of those that are filled."""

    case_id: str
    category: str
    score: float | None
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Review:
    """A person's decision about a case whose answer by the AI they saw."""

    case_id: str
    category: str
    overridden: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """A blind verdict on a settled case."""

    category: str
    label: Label


@dataclass(frozen=True, slots=True)
class Errors:
    """Audits bet against "at most `limit` are wrong", from every beginning of a change; `floor` as in `monitor`."""

    limit: float
    alpha: float
    floor: float
    wealth: tuple[float, ...] = (0.0,) * len(bounds.ABOVE)
    seen: int = 0
    wrong: int = 0
    peak: float = 0.0

    @property
    def tripped(self) -> bool:
        """Are more wrong than the limit?"""
        return self.peak >= 1 / self.alpha


@dataclass(frozen=True, slots=True)
class Breaker:
    """Everything that is watched; survives `dataclasses.asdict` and JSON: `restored`."""

    edges: tuple[float, ...]
    usual: tuple[str, ...]
    known: tuple[str, ...]
    mix: Stream
    scores: Stream
    fields: Stream
    overrides: Mapping[str, Stream]
    audits: Mapping[str, Errors]
    strange: Mapping[str, str] = field(
        default_factory=dict
    )  # field -> the first case that had it, or lacked it


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the breaker trips. `signal`: mix, scores, overrides, audits, fields, policy; `example`: a case to look at."""

    signal: str
    words: str
    example: str | None = None
    code: str | None = None  # an escalation reason code, where there is one


def baseline(
    cases: Sequence[Case],
    reviews: Sequence[Review],
    *,
    target: float,
    floor: float = 0.05,
    alpha: float = ALPHA,
) -> Breaker:
    """A breaker that takes these earlier cases and reviews as usual. Raises ValueError without a scored case."""
    scores = [case.score for case in cases if case.score is not None]
    if not scores:
        raise ValueError("nothing is usual yet: no earlier case has a score")
    edges = tuple(float(edge) for edge in np.unique(np.quantile(scores, np.arange(1, BINS) / BINS)))
    known = sorted({name for case in cases for name in case.fields})
    usual = [name for name in known if sum(name in case.fields for case in cases) >= USUAL * len(cases)]
    part = alpha / 5
    names = _watched(reviews)
    breaker = Breaker(
        edges=edges,
        usual=tuple(usual),
        known=tuple(known),
        mix=streams.stream((case.category for case in cases), alpha=part, horizon=HORIZON, rarity=True),
        scores=streams.stream((_bin(edges, case.score) for case in cases), alpha=part, horizon=HORIZON),
        fields=streams.stream([], alpha=part, horizon=HORIZON),
        overrides={
            name: streams.stream(
                (_verdict(one) for one in reviews if name in ("", _own(names, one.category))),
                alpha=_share(part, name, names),
                horizon=REVIEWS,
            )
            for name in ("", *names)
        },
        audits={
            name: Errors(target * (FAILING if name else 1), _share(part, name, names), floor)
            for name in ("", *names)
        },
    )  # fmt: skip
    odd = streams.stream((_oddity(breaker, case) for case in cases), alpha=part, horizon=HORIZON)
    return replace(breaker, fields=odd)


def arrived(breaker: Breaker, cases: Iterable[Case]) -> Breaker:
    """The breaker after more cases arrived."""
    rows = list(cases)
    fields = streams.after(
        breaker.fields, ((_oddity(breaker, c), _lot("fields", c.case_id), c.case_id) for c in rows)
    )
    begun = next((at for at, case in enumerate(rows) if case.case_id == fields.first), None)
    strange = dict(breaker.strange) if begun is None else {}
    for case in rows[begun or 0 :]:
        for name in _differences(breaker, case):
            strange.setdefault(name, case.case_id)
    return replace(
        breaker,
        mix=streams.after(breaker.mix, ((c.category, _lot("mix", c.case_id), c.case_id) for c in rows)),
        scores=streams.after(
            breaker.scores,
            ((_bin(breaker.edges, c.score), _lot("score", c.case_id), c.case_id) for c in rows),
        ),
        fields=fields,
        strange=strange,
    )


def reviewed(breaker: Breaker, reviews: Iterable[Review]) -> Breaker:
    """The breaker after people decided more cases."""
    rows: dict[str, list[tuple[str, float, str]]] = {}
    for one in reviews:
        row = (_verdict(one), _lot("review", one.case_id), one.case_id)
        for name in ("", _own(breaker.overrides, one.category)):
            rows.setdefault(name, []).append(row)
    seen = {
        name: streams.after(state, rows[name]) for name, state in breaker.overrides.items() if name in rows
    }
    return replace(breaker, overrides={**breaker.overrides, **seen})


def audited(breaker: Breaker, audits: Iterable[Audit]) -> Breaker:
    """The breaker after more blind verdicts."""
    errors = dict(breaker.audits)
    for one in audits:
        for name in ("", _own(errors, one.category)):
            if name in errors:
                errors[name] = _bet(errors[name], one.label)
    return replace(breaker, audits=errors)


def restored(stored: Mapping[str, Any]) -> Breaker:
    """A breaker from what `dataclasses.asdict` gave, also by way of JSON."""
    return Breaker(
        edges=tuple(stored["edges"]),
        usual=tuple(stored["usual"]),
        known=tuple(stored["known"]),
        mix=streams.restored(stored["mix"]),
        scores=streams.restored(stored["scores"]),
        fields=streams.restored(stored["fields"]),
        overrides={name: streams.restored(one) for name, one in stored["overrides"].items()},
        audits={
            name: Errors(**{**one, "wealth": tuple(one["wealth"])}) for name, one in stored["audits"].items()
        },
        strange=dict(stored["strange"]),
    )


def _bet(errors: Errors, label: Label) -> Errors:
    weight = errors.floor / label.probability
    if weight > 1:
        raise ValueError(
            f"the design draws no case with less than {errors.floor}, this one had {label.probability}"
        )
    stake = 1 / (AUDITS * len(errors.wealth)) if errors.seen < AUDITS else 0.0
    gain = weight * (float(label.wrong) - errors.limit) / errors.limit
    wealth = (np.array(errors.wealth) + stake) * (1 + bounds.ABOVE * gain)
    return replace(
        errors,
        wealth=tuple(wealth.tolist()),
        seen=errors.seen + 1,
        wrong=errors.wrong + int(label.wrong),
        peak=max(errors.peak, float(wealth.sum())),
    )


def _watched(reviews: Sequence[Review]) -> tuple[str, ...]:
    """The categories with enough reviews, and one for all the others together."""
    counts: dict[str, int] = {}
    for one in reviews:
        counts[one.category] = counts.get(one.category, 0) + 1
    return (*sorted(name for name, count in counts.items() if count >= ENOUGH), OTHERS)


def _own(names: Iterable[str], category: str) -> str:
    return category if category in names else OTHERS


def _share(part: float, name: str, names: Sequence[str]) -> float:
    """Half of the budget for the whole, half for all categories together."""
    return part / 2 / len(names) if name else part / 2


def _verdict(review: Review) -> str:
    return "0 overridden" if review.overridden else "1 kept"


def _bin(edges: Sequence[float], score: float | None) -> str:
    """Bins by name, lowest first; a case without a score is the strangest of all."""
    return "" if score is None else f"{int(np.searchsorted(edges, score, side='right')):02d}"


def _differences(breaker: Breaker, case: Case) -> list[str]:
    """Fields that nobody knows, and those that always were there and are not; the latter with a minus before them."""
    unknown = [name for name in sorted(case.fields) if name not in breaker.known]
    return unknown + [f"-{name}" for name in breaker.usual if name not in case.fields]


def _oddity(breaker: Breaker, case: Case) -> str:
    return "0 odd" if _differences(breaker, case) else "1 plain"


def _lot(purpose: str, case_id: str) -> float:
    """By lot, but the same each time: from the case's id."""
    return int.from_bytes(hashlib.sha256(f"{purpose}\n{case_id}".encode()).digest()[:6], "big") / 2**48
