"""What the pages of autonomy show: every type in a line, and one type whole (R012, R089, R129)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import scopes_of
from escalations.autonomy.intervals import Interval, wilson
from escalations.autonomy.monitor import restored
from escalations.autonomy.reliability import Bin, reliability
from escalations.choices import Autonomy, Verb
from escalations.models import (
    Case,
    CaseType,
    Certificate,
    Checklist,
    Decision,
    Proof,
    StepUp,
    Trip,
    Watch,
)
from escalations.rules import Standing
from escalations.selectors.audits import labels_of

GOAL = 0.8
"""Share of routine work that the AI is to do alone (R012)."""
ENOUGH = 30
"""Fewer cases than this are no figure."""
FEWEST = 3
"""Labels that make a point of the curve: of one or two, the interval is all that could be seen."""
DAYS = 7
SHOWN = 20  # lines of each history

SEES = (
    Capability.INSIGHT_VIEW,
    Capability.AUTONOMY_EDIT,
    Capability.AUTONOMY_STOP,
    Capability.POLICY_APPROVE_AI,
    Capability.POLICY_APPROVE_OPS,
)


@dataclass(frozen=True, slots=True)
class Share:
    """Of the cases that were closed in the last days, how many the AI had settled alone; `goal` of 0 to 1."""

    settled: int
    closed: int
    goal: float = GOAL

    @property
    def interval(self) -> Interval | None:
        """The share with its 95 % interval; None for too few cases."""
        return wilson(self.settled, self.closed) if self.closed >= ENOUGH else None


@dataclass(frozen=True, slots=True)
class TypeLine:
    """One case type on the list. `effective` is the level that holds for the model of the certificate."""

    case_type: CaseType
    effective: Autonomy
    certificate: Certificate | None
    trip: Trip | None
    proof: Proof | None
    alarm: Mapping[str, Any]
    waits: bool  # for somebody's approval
    share: Share

    @property
    def level(self) -> Autonomy:
        """As people set it."""
        return Autonomy(self.case_type.autonomy)

    @property
    def more_needed(self) -> int | None:
        """How many more audits would certify something, if known."""
        return self.proof.latest.get("more_needed") if self.proof else None


@dataclass(frozen=True, slots=True)
class TypePage:
    """One type whole."""

    line: TypeLine
    checklist: Checklist
    step: StepUp | None
    watches: Mapping[str, Watch]
    bins: tuple[Bin, ...]
    labels: int
    trips: list[Trip]
    certificates: list[Certificate]
    steps: list[StepUp]
    example: Case | None = None  # of what the drift watch saw

    @property
    def promise_words(self) -> str:
        """What audits since the certificate say of the promise."""
        watch = self.watches.get("promise")
        return restored(watch.state).reason() if watch else ""


def types_for(actor: User) -> QuerySet[CaseType]:
    """The active types of the clients whose autonomy `actor` may look at."""
    clients = {scope.client for one in SEES for scope in scopes_of(actor, one)}
    found = CaseType.objects.filter(is_active=True).select_related("client", "breaker__trip__by")
    return found if None in clients else found.filter(client__in=clients)


def lines_for(actor: User, *, now: datetime) -> list[TypeLine]:
    """Every such type in a line, by client and name."""
    return _lines(list(types_for(actor).order_by("client__name", "name")), now)


def page_of(case_type: CaseType, *, now: datetime) -> TypePage:
    """One type, of `types_for`."""
    line = _lines([case_type], now)[0]
    about = line.proof or line.certificate
    labels = labels_of(case_type.pk, model_version=about.model_version) if about else []
    steps = StepUp.objects.filter(case_type=case_type).select_related(
        "proposed_by", "ended_by", "certificate"
    )
    watches = {one.detector: one for one in Watch.objects.filter(case_type=case_type)}
    example = watches["drift"].alarm.get("example") if "drift" in watches else None
    step = steps.filter(state="open").prefetch_related("approvals__by").first()
    return TypePage(
        line=line,
        checklist=checklist_of(case_type),
        step=step,
        watches=watches,
        example=Case.objects.filter(pk=example).only("ref").first() if example else None,
        bins=reliability(labels, begin=_begin([one.score for one in labels]), least=FEWEST),
        labels=len(labels),
        trips=list(Trip.objects.filter(case_type=case_type).select_related("by", "example")[:SHOWN]),
        certificates=list(Certificate.objects.filter(case_type=case_type).select_related("policy")[:SHOWN]),
        steps=list(steps.exclude(state="open")[:SHOWN]),
    )


def checklist_of(case_type: CaseType) -> Checklist:
    """The type's checklist, or an empty one, unsaved."""
    found = Checklist.objects.select_related("owner").filter(case_type=case_type).first()
    return found or Checklist(case_type=case_type)


def _begin(scores: list[float]) -> float:
    """Where the curve begins: nobody looks at ten bins of which nine are empty."""
    return min(int(10 * min(scores, default=0.0)) / 10, 0.9)


def _lines(types: list[CaseType], now: datetime) -> list[TypeLine]:
    keys = [one.pk for one in types]
    standing = _by_type(
        Certificate.objects.filter(case_type__in=keys, ended_at=None).select_related("policy")
    )
    proofs = _by_type(Proof.objects.filter(case_type__in=keys, ended_at=None))
    alarms = _by_type(Watch.objects.filter(case_type__in=keys, detector="drift"))
    waits = set(
        StepUp.objects.filter(case_type__in=keys, state="open").values_list("case_type_id", flat=True)
    )
    shares = shares_of(keys, since=now - timedelta(days=DAYS))
    return [
        TypeLine(
            case_type=one,
            effective=_effective(one, standing.get(one.pk)),
            certificate=standing.get(one.pk),
            trip=one.breaker.trip,
            proof=proofs.get(one.pk),
            alarm=alarms[one.pk].alarm if one.pk in alarms else {},
            waits=one.pk in waits,
            share=shares[one.pk],
        )
        for one in types
    ]


def _effective(case_type: CaseType, certificate: Certificate | None) -> Autonomy:
    tripped = case_type.breaker.trip_id is not None
    model = certificate.model_version if certificate else ""
    held = Standing(
        case_type.autonomy,
        tripped,
        case_type.threshold,
        certificate.threshold if certificate else None,
        model,
    )
    return Autonomy(held.effective(model))


def _by_type(rows: QuerySet[Any]) -> dict[int, Any]:
    return {row.case_type_id: row for row in rows}


def shares_of(types: list[int], *, since: datetime) -> Mapping[int, Share]:
    """The AI's share of what was closed since then, by type (R012)."""
    by_ai = Decision.objects.filter(case=OuterRef("pk"), verb=Verb.AUTO_RESOLVE, standing="final")
    rows = (
        Case.objects.filter(case_type__in=types, closed_at__gte=since)
        .annotate(alone=Exists(by_ai))
        .order_by()
        .values_list("case_type")
        .annotate(settled=Count("pk", filter=Q(alone=True)), closed=Count("pk"))
    )
    found: dict[int, Share] = defaultdict(lambda: Share(0, 0))
    found.update({key: Share(settled, closed) for key, settled, closed in rows})
    return found
