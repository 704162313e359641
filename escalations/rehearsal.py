"""What a policy would have done, case by case and in sum. Pure: figures that can be added, chunk to chunk."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from escalations.autonomy.bounds import lower, upper

Side = Literal["old", "new"]
SIDES: tuple[Side, Side] = ("old", "new")
AGAINST = frozenset({"override", "correct", "reject"})
"""What a person's decision says against the AI's answer."""


@dataclass(frozen=True, slots=True)
class Path:
    """Where a policy sends a case; `minutes` is the time it allows to a decision."""

    settle: bool
    queue: str
    tier: int
    severity: int
    minutes: int
    reasons: tuple[str, ...] = ()

    @property
    def same(self) -> tuple[Any, ...]:
        """What must be equal for a case not to have moved."""
        return (True,) if self.settle else (False, self.queue, self.tier, self.severity)

    def stored(self) -> dict[str, Any]:
        """As kept with the case's move."""
        return {
            "settle": self.settle, "queue": self.queue, "tier": self.tier, "severity": self.severity,
            "reasons": list(self.reasons),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """One past case: the hour of the day it came in (its client's zone), minutes until a person decided (None: nobody
    did), the person's verb, and what a blind audit said of the AI's answer as (wrong, probability).
    """

    hour: int
    minutes: float | None = None
    verb: str = ""
    label: tuple[bool, float] | None = None


def kind_of(old: Path, new: Path) -> str:
    """How a case moves: settled, escalated, moved, or empty where it does not."""
    if old.same == new.same:
        return ""
    if old.settle != new.settle:
        return "settled" if new.settle else "escalated"
    return "moved"


@dataclass(slots=True)
class Tally:
    """One side of a rehearsal. `load[tier][hour]` counts cases that go to people; `late` of `timed` took longer than
    this policy allows; `untimed` go to a person and were never decided by one; `labels` are of what it settles.
    """

    settled: int = 0
    load: dict[str, list[int]] = field(default_factory=dict)
    late: int = 0
    timed: int = 0
    untimed: int = 0
    labels: list[tuple[bool, float]] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)

    def add(self, path: Path, past: Past, rows: Iterable[str]) -> None:
        """Count one case."""
        self.rows.update(rows)
        if path.settle:
            self.settled += 1
            self.labels += [past.label] if past.label else []
            return
        self.load.setdefault(str(path.tier), [0] * 24)[past.hour] += 1
        if past.minutes is None:
            self.untimed += 1
        else:
            self.timed += 1
            self.late += past.minutes > path.minutes

    def merge(self, other: "Tally") -> None:
        """Add what another one counted."""
        self.settled += other.settled
        self.late += other.late
        self.timed += other.timed
        self.untimed += other.untimed
        self.labels += other.labels
        self.rows.update(other.rows)
        for tier, hours in other.load.items():
            mine = self.load.setdefault(tier, [0] * 24)
            self.load[tier] = [a + b for a, b in zip(mine, hours, strict=True)]


@dataclass(slots=True)
class Sums:
    """A rehearsal's figures. `left_out` are cases from before policy's facts were kept: they cannot be replayed.

    `outcomes` counts what people (or audits) made of the cases that move: {kind: {verb: how many}}.
    """

    cases: int = 0
    left_out: int = 0
    old: Tally = field(default_factory=Tally)
    new: Tally = field(default_factory=Tally)
    moves: Counter[str] = field(default_factory=Counter)
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, old: Path, new: Path, past: Past, rows: Mapping[Side, Iterable[str]] | None = None) -> str:
        """Count one case; how it moves."""
        rows = rows or {}
        self.cases += 1
        self.old.add(old, past, rows.get("old", ()))
        self.new.add(new, past, rows.get("new", ()))
        kind = kind_of(old, new)
        if kind:
            self.moves[kind] += 1
            self.outcomes.setdefault(kind, Counter())[verdict(past)] += 1
        return kind

    def merge(self, other: "Sums") -> None:
        """Add another chunk's."""
        self.cases += other.cases
        self.left_out += other.left_out
        self.old.merge(other.old)
        self.new.merge(other.new)
        self.moves.update(other.moves)
        for kind, counts in other.outcomes.items():
            self.outcomes.setdefault(kind, Counter()).update(counts)

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "cases": self.cases, "left_out": self.left_out, "moves": dict(self.moves),
            "outcomes": {kind: dict(counts) for kind, counts in self.outcomes.items()},
            **{side: _stored(getattr(self, side)) for side in SIDES},
        }  # fmt: skip


def restored(data: Mapping[str, Any]) -> Sums:
    """Sums read back."""
    sums = Sums(data["cases"], data["left_out"], moves=Counter(data["moves"]))
    sums.outcomes = {kind: Counter(counts) for kind, counts in data["outcomes"].items()}
    sums.old, sums.new = (_tally(data[side]) for side in SIDES)
    return sums


def verdict(past: Past) -> str:
    """What is known of how a case ended: an audit's word before the person's verb; empty when nobody looked."""
    if past.label is not None and past.label[0]:
        return "audit_wrong"
    return past.verb


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval and the number it is of."""

    value: float
    low: float
    high: float
    n: float


def share(part: float, whole: float) -> Share | None:
    """Clopper-Pearson at 95 %; None of nothing."""
    if whole <= 0:
        return None
    return Share(part / whole, _low(part, whole), _high(part, whole), whole)


def error(labels: Sequence[tuple[bool, float]]) -> Share | None:
    """The error rate among what is settled, every label weighted by 1/probability; `n` is how many labels.

    The interval is Clopper-Pearson's on the effective number of labels (Kish): exact where all were equally likely to
    be drawn, approximate where they were not.
    """
    if not labels:
        return None
    weights = [1 / probability for _, probability in labels]
    total = sum(weights)
    rate = sum(weight for weight, (wrong, _) in zip(weights, labels, strict=True) if wrong) / total
    size = total**2 / sum(weight**2 for weight in weights)
    return Share(rate, _low(rate * size, size), _high(rate * size, size), len(labels))


def _low(part: float, whole: float) -> float:
    return lower(part, whole, 0.025)  # type: ignore[arg-type]  # continuous in both


def _high(part: float, whole: float) -> float:
    return upper(part, whole, 0.025)  # type: ignore[arg-type]


def _stored(tally: Tally) -> dict[str, Any]:
    return {
        "settled": tally.settled, "load": tally.load, "late": tally.late, "timed": tally.timed,
        "untimed": tally.untimed, "labels": tally.labels, "rows": dict(tally.rows),
    }  # fmt: skip


def _tally(data: Mapping[str, Any]) -> Tally:
    labels = [(bool(wrong), float(probability)) for wrong, probability in data["labels"]]
    return Tally(
        data["settled"], dict(data["load"]), data["late"], data["timed"], data["untimed"], labels,
        Counter(data["rows"]),
    )  # fmt: skip
