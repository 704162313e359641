"""The audit draw: a seed committed before its week; each case drawn in the transaction that makes it final (R087)."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, IntegerField, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.models import Client
from escalations import auditing
from escalations.autonomy.draw import SEED, commitment, draw, selected
from escalations.models import (
    AuditDraw,
    AuditItem,
    AuditPeriod,
    AuditPlan,
    BlindLabel,
    Case,
    Decision,
    Routing,
)
from escalations.notify.sealing import seal, unseal

log = structlog.get_logger(__name__)

AROUND = ("routing", "case_type__audit_plan", "client")
"""What `draw_case` reads around a case; whoever loads the case with it spares the statements."""

DOUBLE = 0.1
"""Share of audits that two people read whatever the first one finds, so that readers can be compared."""


def draw_case(case: Case, decision: Decision) -> AuditItem | None:
    """Let the case take part in its week's draw, in the transaction that makes `decision` final: uniform over all that
    the AI settled, whatever its score, and over what it might have (escalations.auditing).

    A case takes part once; `case` is locked. None when it is not drawn. Two statements, two more when it is drawn,
    and none for a case that the AI could not have settled.
    """
    outcome = _outcome(case, decision)
    if not outcome or not _arm(case, outcome):
        return None
    period, seed = _period_of(case)
    if getattr(period, "taken", False):
        return None
    row = drawn_row(case, decision, outcome, period, seed, labels=getattr(period, "labels", 0))
    row.save(force_insert=True)
    return _item(row, seed) if row.drawn else None


def drawn_row(
    case: Case,
    decision: Decision,
    outcome: Mapping[str, Any],
    period: AuditPeriod,
    seed: bytes,
    *,
    labels: int,
) -> AuditDraw:
    """The draw of one case, unsaved. `labels`: how many blind labels its type has. The score has no say in it."""
    arm = _arm(case, outcome)
    plan = getattr(case.case_type, "audit_plan", None) or AuditPlan()
    rate = auditing.rate_of(arm, plan.rate, plan.learning_rate, labels)
    risk_rate = plan.risk_rate * auditing.risk_of(outcome)
    drawn = draw(seed, str(case.pk), rate, risk_rate)
    return AuditDraw(
        case=case, decision=decision, period=period, case_type_id=case.case_type_id, arm=arm,
        score=float(outcome.get("confidence") or 0.0), rate=rate, risk_rate=risk_rate,
        probability=round(drawn.probability, 12), uniform=drawn.uniform, risky=drawn.risk,
        model_version=decision.model_version, policy_id=decision.policy_id,
    )  # fmt: skip


def commit_period(client: Client, moment: datetime) -> AuditPeriod:
    """The period of `client`'s week around `moment`, made if there is none: its seed's hash goes into the ledger, the
    seed is kept sealed. A seed that can no longer be opened gets a successor.
    """
    monday, starts_at, ends_at = auditing.week_around(moment, client.timezone)
    with transaction.atomic():
        Client.objects.select_for_update().get(pk=client.pk)  # two committers take turns
        there = AuditPeriod.objects.filter(client=client, starts_on=monday).order_by("-number").first()
        if there is not None and (there.revealed_at is not None or seed_of(there) is not None):
            return there
        seed = secrets.token_bytes(SEED)
        period = AuditPeriod.objects.create(
            client=client, starts_on=monday, number=there.number + 1 if there else 1, starts_at=starts_at,
            ends_at=ends_at, commitment=commitment(seed), sealed=seal(seed.hex(), settings.SECRET_KEY),
        )  # fmt: skip
        record(
            stream_of("audit", client.pk), kind=EventKind.AUDIT_COMMITTED, actor=None, client=client.slug,
            week=monday.isoformat(), number=period.number, commitment=period.commitment,
        )  # fmt: skip
    return period


def commit_ahead() -> int:
    """Commit this week and the next for every active client where they are missing; how many were. Harmless twice."""
    now, made = timezone.now(), 0
    for client in Client.objects.filter(is_active=True):
        there = set(
            AuditPeriod.objects.filter(client=client, ends_at__gt=now).values_list("starts_on", flat=True)
        )
        for moment in (now, now + timedelta(days=7)):
            if auditing.week_around(moment, client.timezone)[0] not in there:
                commit_period(client, moment)
                made += 1
    return made


def seed_of(period: AuditPeriod) -> bytes | None:
    """The period's seed, or None when it was sealed under a key that is gone."""
    if period.seed:
        return bytes.fromhex(period.seed)
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if (opened := unseal(period.sealed, key)) is not None:
            return bytes.fromhex(opened)
    log.error("audit.seed_lost", period=period.pk)
    return None


def _arm(case: Case, outcome: Mapping[str, Any]) -> str:
    return auditing.arm_of(outcome, required=bool(case.case_type.rules.get("required_fields")))


def _outcome(case: Case, decision: Decision) -> dict[str, Any]:
    """What policy had said when the decision was made."""
    seen = (decision.seen or {}).get("routing")
    if case.routing is not None and seen in (None, case.routing_id):
        return dict(case.routing.outcome)
    found = Routing.objects.filter(pk=seen).values_list("outcome", flat=True).first() if seen else None
    return dict(found or {})


def _period_of(case: Case) -> tuple[AuditPeriod, bytes]:
    """The week in which the case came; where that is revealed already or was never committed, the current one. With
    `taken`, has the case taken part, and `labels`, how many its type has.
    """
    now = timezone.now()
    around = Q(starts_at__lte=case.created_at, ends_at__gt=case.created_at) | Q(
        starts_at__lte=now, ends_at__gt=now
    )
    mine = AuditPeriod.objects.filter(around, client=case.client_id, revealed_at=None)
    labels = BlindLabel.objects.filter(case_type=case.case_type_id).order_by().values("case_type")
    rows = mine.annotate(
        taken=Exists(AuditDraw.objects.filter(case=case.pk)),
        labels=Coalesce(Subquery(labels.annotate(n=Count("pk")).values("n")), Value(0), output_field=IntegerField()),
    )  # fmt: skip
    for _ in range(2):
        for period in rows.order_by("starts_at", "-number"):
            if (seed := seed_of(period)) is not None:
                return period, seed
        commit_period(case.client, now)
    raise RuntimeError(f"No draw could be committed for the week of {now.date()}.")


def _item(row: AuditDraw, seed: bytes) -> AuditItem:
    case = row.case
    double = selected(
        seed, f"double:{case.pk}", DOUBLE
    )  # another message: it has nothing to do with who is drawn
    item = AuditItem.objects.create(draw=row, case=case, case_type_id=row.case_type_id, double=double)
    record(
        stream_of("audit", case.client_id), kind=EventKind.AUDIT_DRAWN, actor=None, case=case.pk, item=item.pk,
        period=row.period_id, arm=row.arm, rate=row.rate, probability=row.probability, uniform=row.uniform,
        risky=row.risky,
    )  # fmt: skip
    return item
