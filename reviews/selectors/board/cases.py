"""The lists behind the board's numbers: which cases one counts, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import CharField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.urls import reverse

from accounts.models.user import shortened
from escalations import ageing
from escalations.choices import CaseState, Entry, Severity
from escalations.models import Case, Waiting
from escalations.selectors.cases import through
from reviews.selectors.addresses import address
from reviews.selectors.board.scope import PENDING, Floor, View
from reviews.selectors.board.shapes import CaseLine
from reviews.selectors.nobody import nobody_can
from reviews.selectors.queue_filters import Cursor

PAGE = 50
ASIDE = (CaseState.SNOOZED, CaseState.ON_HOLD, CaseState.WITH_AI)
SEVERITIES = dict(Severity.choices)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which cases of the floor: "" or None for all. `state` is pending, aside or held; `at` is when bands were told
    apart; `holder` is a person's id, or "nobody".
    """

    state: str = "pending"
    type: str = ""
    severity: int | None = None
    band: str = ""
    at: datetime | None = None
    tier: int | None = None
    holder: str = ""
    reason: str = ""
    door: str = ""
    category: str = ""
    before: datetime | None = None  # due before

    def query(self, view: View, **more: str) -> str:
        """As an address says it, with what the board is narrowed to."""
        own = {name: value for name in WORDS if (value := getattr(self, name)) not in ("", None)}
        if own.get("state") == "pending":
            del own["state"]
        given: dict[str, Any] = view.narrowed | own | more
        texts = {k: v.isoformat() if isinstance(v, datetime) else str(v) for k, v in given.items()}
        return urlencode(texts)

    def url(self, view: View) -> str:
        """Where the list is."""
        return f"{_list_address()}?{self.query(view)}"


WORDS = tuple(one.name for one in fields(Choice))


@cache
def _list_address() -> str:
    return reverse("reviews:board_cases")


BAND = ageing.SQL.format(row="escalations_case", now="%s::timestamptz")


def band_at(now: datetime) -> RawSQL:
    """How much of a case's time is used up, as a key of ageing.BANDS."""
    return RawSQL(BAND, [now] * 4, output_field=CharField())  # noqa: S611 - our own constant


def chosen(floor: Floor, choice: Choice) -> QuerySet[Case]:
    """Exactly the cases that a number with this choice counts."""
    states = {"aside": ASIDE, "held": (CaseState.CLAIMED,)}.get(choice.state, PENDING)
    cases = floor.cases.filter(state__in=states)
    if choice.state == "held":  # a few rows a person, found where they stand
        cases = cases.filter(hold__isnull=False)
    equal: Mapping[str, Any] = {
        "case_type__slug": choice.type, "severity": choice.severity, "tier": choice.tier, "category": choice.category,
    }  # fmt: skip
    cases = cases.filter(**{name: value for name, value in equal.items() if value not in ("", None)})
    if choice.band:
        cases = cases.alias(band=band_at(choice.at or floor.now)).filter(band=choice.band)
    if choice.holder:
        cases = cases.filter(holder=None if choice.holder == "nobody" else int(choice.holder))
    if choice.reason:
        cases = cases.filter(reason_codes__contains=[choice.reason])
    if choice.door:
        cases = through(cases, choice.door)
    if choice.before is not None:
        cases = cases.filter(due_at__lte=choice.before)
    return cases


@dataclass(frozen=True, slots=True)
class DoorTab:
    """The same list by one of the three doors (R093), or by all of them (code "")."""

    code: str
    label: str
    url: str


def doors(choice: Choice, view: View) -> tuple[DoorTab, ...]:
    """The list's tabs."""
    named = (("", "All"), *Entry.choices)
    return tuple(DoorTab(code, str(label), replace(choice, door=code).url(view)) for code, label in named)


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of a list, how many there are in all, and where the next page begins."""

    rows: tuple[CaseLine, ...]
    total: int
    next: str


def case_page(floor: Floor, choice: Choice, after: Cursor | None) -> CasePage:
    """One page in the order of deadlines; those without one stand first, for nothing else ever calls them."""
    cases = chosen(floor, choice)
    total = cases.count()
    undated = cases.filter(due_at=None)
    dated = cases.filter(due_at__isnull=False).order_by("due_at", "id")
    if after is not None:
        dated, undated = dated.filter(after.after("due_at")), undated.none()
    rows = [*lined(undated.order_by("id")[:PAGE]), *lined(dated[: PAGE + 1])]
    last = rows[-2] if len(rows) > PAGE else None
    more = str(Cursor(last.due_at, last.id)) if last is not None and last.due_at is not None else ""
    return CasePage(tuple(line(case) for case in (rows[:-1] if more else rows)), total, more)


class Lined(NamedTuple):
    """What a list shows of a case."""

    id: UUID
    ref: str
    subject: str
    type_name: str
    severity: int
    due_at: datetime | None
    holder: str | None
    queue: str | None
    state: str
    unroutable_since: datetime | None = None
    need: int = 0


COLUMNS = (
    "id", "ref", "subject", "case_type__name", "severity", "due_at", "holder__name", "queue__name", "state",
    "unroutable_since", "need",
)  # fmt: skip
"""Of a case, as Lined."""


def lined(cases: QuerySet[Case]) -> list[Lined]:
    """As rows of a list: nothing is read that no list shows."""
    return [Lined(*row) for row in cases.values_list(*COLUMNS)]


def waiting_lines(rows: QuerySet[Waiting]) -> QuerySet[Waiting, Any]:
    """Rows of cases that wait, as Lined: no case is read."""
    alike = rows.annotate(nobody=Value(None, CharField()), stands=Value(str(CaseState.QUEUED), CharField()))
    return alike.values_list(
        "case_id", "ref", "subject", "case_type__name", "severity", "due_at", "nobody", "queue__name", "stands",
        "unroutable_since", "need",
    )  # fmt: skip


def line(case: Lined, chance: float | None = None, note: str = "") -> CaseLine:
    """A case as lists show it."""
    return CaseLine(
        ref=case.ref, url=address("case", case.ref), title=case.subject or case.type_name,
        severity=case.severity, severity_label=str(SEVERITIES[case.severity]), due_at=case.due_at,
        held=shortened(case.holder) if case.holder else "", where=case.queue or "",
        chance=None if chance is None else round(100 * chance), note=note,
        nobody=nobody_can(case.state, case.unroutable_since, case.need),
    )  # fmt: skip
