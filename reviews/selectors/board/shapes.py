"""What the board's templates are given: plain values, ready to show."""

from dataclasses import dataclass
from datetime import datetime

from reviews.selectors.shapes import Option


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, and the list of exactly the cases that it counts."""

    n: int
    url: str


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A case type's pending cases by severity, gravest first; how long its oldest waits; what is put aside."""

    name: str
    cells: tuple[Cell, ...]
    total: Cell
    aside: Cell
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Pending:
    """The matrix and its sums (R103)."""

    rows: tuple[TypeRow, ...]
    sums: tuple[Cell, ...]
    total: Cell
    aside: Cell


@dataclass(frozen=True, slots=True)
class Band:
    """Cases by how much of their time is used up; `share` is of the longest band, 0 to 100."""

    key: str
    label: str
    cell: Cell
    share: int


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list of the board. `chance` is of being late, in per cent, None where nothing is forecast."""

    ref: str
    url: str
    title: str
    severity: int
    severity_label: str
    due_at: datetime | None
    held: str
    where: str
    chance: int | None = None
    note: str = ""
    nobody: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What one person has and does (R104). Rates an hour, shares in per cent, times in minutes."""

    id: int
    name: str
    state: str
    since: datetime | None
    open: int
    held: int
    units: int
    capacity: int
    over: bool
    bar: int
    limit: int
    per_hour: float
    resolved: int
    last_act: datetime | None
    kept: int | None
    median: int | None
    url: str
    here: bool
    tier: int


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """Cases with one reason in one category (R105), or errors of one signature."""

    reason: str
    category: str
    n: int
    risky: int
    first_seen: datetime
    url: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class TrendDay:
    """A day of a tier: cases closed, median and 90th percentile of minutes to resolution (R106)."""

    day: str
    n: int
    median: float | None
    slow: float | None


@dataclass(frozen=True, slots=True)
class TierTrend:
    """One tier's days, oldest first."""

    tier: int
    label: str
    days: tuple[TrendDay, ...]


@dataclass(frozen=True, slots=True)
class SubTaskRow:
    """A department's part that waits (R107)."""

    id: int
    title: str
    ref: str
    url: str
    department: str
    assignee: str
    opened_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """Half an hour of the forecast."""

    label: str
    due: int
    capacity: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next hours: what is due, what the people there resolve, and in words what to do about it."""

    finding: str
    advice: tuple[str, ...]
    steps: tuple[Step, ...]
    likely_late: int
    until: str
    measured: str


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What the board can be narrowed to."""

    clients: tuple[Option, ...]
    teams: tuple[Option, ...]
    queues: tuple[Option, ...]
