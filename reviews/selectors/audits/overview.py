"""The audits' first page: what waits, coverage against plan, accuracy per type, agreement, what was found."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import reach, scopes_of
from escalations.choices import AuditRole, AuditState
from escalations.models import AuditAnswer, AuditGrade, AuditItem, AuditPlan, CaseType
from escalations.selectors.accuracy import Covered, covered
from escalations.selectors.audits import clean_of
from reviews.selectors.audits.agreement import Kappa, kappa
from reviews.selectors.audits.revealed import AFTERWARDS

WHERE = {"client": "case__client_id", "queue": "case__queue__slug", "tier": "case__tier"}
PAGE = 50


@dataclass(frozen=True, slots=True)
class TypeLine:
    """One case type: its figures and its rates, as shares of 1."""

    type: CaseType
    figures: Covered
    plan: AuditPlan
    waiting: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Kappa of two measurements, or how many cases it has of the 30 it needs."""

    label: str
    n: int
    kappa: Kappa | None


def seen_by(actor: User) -> Q:
    """Audits whose outcome `actor` may see, once there is one."""
    found = Q(pk__in=[])
    for capability in AFTERWARDS:
        found |= reach(actor, capability, **WHERE)
    return found


def lines_for(actor: User, since: datetime) -> list[TypeLine]:
    """Every type that was drawn from since then, within the reader's clients; those with most work left first."""
    clients = {
        scope.client for one in (*AFTERWARDS, Capability.AUTONOMY_EDIT) for scope in scopes_of(actor, one)
    }
    types = CaseType.objects.filter(is_active=True).select_related("client", "audit_plan")
    if None not in clients:
        types = types.filter(client__in=clients)
    kinds = {kind.pk: kind for kind in types}
    found = covered(kinds, since)
    lines = [
        TypeLine(
            kind,
            found[pk],
            getattr(kind, "audit_plan", None) or AuditPlan(),
            found[pk].drawn - found[pk].concluded,
        )
        for pk, kind in kinds.items()
        if pk in found
    ]
    return sorted(lines, key=lambda line: (-line.waiting, line.type.client.name, line.type.name))


def disputes_for(actor: User) -> QuerySet[AuditItem]:
    """Disagreements that `actor` may settle, oldest first."""
    items = AuditItem.objects.filter(
        reach(actor, Capability.AUDIT_ADJUDICATE, **WHERE), state=AuditState.DISPUTED
    )
    read = AuditAnswer.objects.filter(user=actor).values("item")
    return (
        clean_of(items, actor).exclude(pk__in=read).select_related("case_type__client").order_by("created_at")
    )


def concluded_for(actor: User, verdict: str = "", client: str = "") -> QuerySet[AuditItem]:
    """What was found, newest first, each with the `gravity` that its last rubric gives."""
    items = AuditItem.objects.filter(seen_by(actor), state=AuditState.DONE)
    if verdict:
        items = items.filter(verdict=verdict)
    if client:
        items = items.filter(case__client__slug=client)
    graded = AuditGrade.objects.filter(answer__item=OuterRef("pk")).order_by("-pk").values("gravity")[:1]
    around = items.select_related("draw", "case", "case_type__client")
    return around.annotate(gravity=Subquery(graded)).order_by("-done_at", "pk")


def agreement_since(actor: User, since: datetime) -> tuple[Agreement, ...]:
    """Readers with each other, over audits that two read by plan; and first readers with the AI, over all."""
    first = AuditAnswer.objects.filter(role=AuditRole.FIRST, at__gte=since, item__in=_reached(actor))
    twice = first.filter(item__double=True, item__answers__role=AuditRole.SECOND)
    readers = list(twice.values_list("category", "item__answers__category"))
    ai = F("item__draw__decision__scores__category")
    machine = [
        (mine, str(other or "")) for mine, other in first.annotate(ai=ai).values_list("category", "ai")
    ]
    return (
        Agreement("Two readers of the same case", len(readers), kappa(readers)),
        Agreement("First reader and the AI", len(machine), kappa(machine)),
    )


def _reached(actor: User) -> QuerySet[AuditItem]:
    return AuditItem.objects.filter(seen_by(actor))
