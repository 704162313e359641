"""Alerts as people may see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.choices import Capability as Can
from accounts.models import User
from accounts.permissions import scopes_of
from escalations.choices import AlertKind, CertificateEnd, Severity
from escalations.errors import NotVisible
from escalations.models import Alert, Notice
from escalations.notify.kinds import MEANINGS

PAGE = 50
OF_TYPE = (AlertKind.AI_STOPPED, AlertKind.AI_LESS, AlertKind.DRIFT)
"""About a case type: what there is to do about it is on its page."""
OPENS = {
    AlertKind.POLICY_WAITS: "the draft", AlertKind.RULE_PROPOSED: "the proposals",
    **dict.fromkeys(OF_TYPE, "the case type"),
}  # fmt: skip
LESS = {
    CertificateEnd.PROMISE: "The promise became stricter: people decide until audits prove it",
    CertificateEnd.WITHDRAWN: "The certificate was withdrawn: people decide until audits give another",
    CertificateEnd.MODEL: "Another model took over: people decide until audits prove that it keeps the promise",
    CertificateEnd.POLICY: "Another policy lets other cases through: people decide until audits prove it of them",
    "level": "Somebody lowered its level",
}  # fmt: skip
EVERY = Q(pk__isnull=False)  # an empty condition would vanish from an OR


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert on a page; `actions` are what this person may do about it."""

    id: int
    kind: str
    label: str
    severity: int
    severity_label: str
    ref: str
    url: str
    count: int
    level: int
    raised_at: datetime
    last_at: datetime
    told: tuple[str, ...]
    unread: bool
    acknowledged_by: str
    acknowledged_at: datetime | None
    escalate_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    end_reason: str
    detail: str
    actions: tuple[str, ...]

    @property
    def opens(self) -> str:
        """What its address leads to."""
        return OPENS.get(AlertKind(self.kind), "the case")


def visible_to(actor: User) -> QuerySet[Alert]:
    """What one was told of, what concerns the floor one may oversee, everything for whoever manages alerts."""
    told = Exists(Notice.objects.filter(alert=OuterRef("pk"), user=actor))
    seen = Q(told)
    for scope in scopes_of(actor, Can.FLOOR_VIEW):
        here = EVERY if scope.client is None else Q(client=scope.client)
        if scope.queues is not None:
            here &= Q(queue__slug__in=sorted(scope.queues)) | Q(queue__isnull=True)
        seen |= here
    if scopes_of(actor, Can.ALERTS_MANAGE):
        seen = EVERY
    return Alert.objects.filter(seen)


def alert_for(actor: User, pk: int) -> Alert:
    """The alert, or NotVisible."""
    found = visible_to(actor).filter(pk=pk).select_related("queue", "client").first()
    if found is None:
        raise NotVisible("There is no such alert.")
    return found


def may_answer(actor: User, alert: Alert) -> bool:
    """Whoever was told, sees that part of the floor, or manages alerts."""
    return visible_to(actor).filter(pk=alert.pk).exists()


def open_alerts(actor: User) -> list[AlertRow]:
    """What is open, the gravest and oldest first."""
    return _rows(actor, visible_to(actor).filter(ended_at__isnull=True).order_by("severity", "raised_at"))


def my_alerts(actor: User) -> list[AlertRow]:
    """What one was told of lately, the newest first."""
    mine = Alert.objects.filter(Exists(Notice.objects.filter(alert=OuterRef("pk"), user=actor)))
    return _rows(actor, mine.order_by("-raised_at"))


def past_alerts(actor: User) -> list[AlertRow]:
    """What is over, the newest first."""
    return _rows(actor, visible_to(actor).filter(ended_at__isnull=False).order_by("-raised_at"))


def unread_count(actor: User) -> int:
    """How many notices they have not read."""
    return Notice.objects.filter(user=actor, read_at__isnull=True).count()


def ref_of(alert: Alert) -> str:
    """A case's reference, else codes of where it is: never anybody's words."""
    if alert.case is not None:
        return alert.case.ref
    return str(alert.data.get("ref") or (alert.client.slug if alert.client else ""))


def link_to(alert: Alert) -> str:
    """The whole address of the case or of the week's digest, or of the alert where it has neither."""
    if alert.case is not None or alert.kind == AlertKind.WEEK:
        return f"{settings.HANDRAIL_URL}{_place(alert)}"
    return f"{settings.HANDRAIL_URL}{reverse('desk:alert', args=[alert.pk])}"


def _rows(actor: User, alerts: QuerySet[Alert]) -> list[AlertRow]:
    around = alerts.select_related("case", "client", "queue", "acknowledged_by", "ended_by")
    page = list(around.prefetch_related("notices__user")[:PAGE])
    return [alert_row(actor, alert) for alert in page]


def alert_row(actor: User, alert: Alert) -> AlertRow:
    """One alert as a page shows it to `actor`."""
    notices = list(alert.notices.all())
    return AlertRow(
        id=alert.pk, kind=alert.kind, label=str(AlertKind(alert.kind).label), severity=alert.severity,
        severity_label=str(Severity(alert.severity).label), ref=ref_of(alert),
        url=_place(alert), count=alert.count,
        level=alert.level, raised_at=alert.raised_at, last_at=alert.last_at,
        told=tuple(dict.fromkeys(notice.user.short_name for notice in notices)),
        unread=any(notice.user_id == actor.pk and notice.read_at is None for notice in notices),
        acknowledged_by=alert.acknowledged_by.short_name if alert.acknowledged_by else "",
        acknowledged_at=alert.acknowledged_at, escalate_at=alert.escalate_at, ended_at=alert.ended_at,
        ended_by=alert.ended_by.short_name if alert.ended_by else "", end_reason=alert.end_reason,
        detail=detail_of(alert), actions=_actions(alert),
    )  # fmt: skip


def _place(alert: Alert) -> str:
    """Where there is something to do about it."""
    if alert.case is not None:
        return reverse("reviews:case", args=[alert.case.ref])
    if alert.kind == AlertKind.POLICY_WAITS and "draft" in alert.data:
        return reverse("desk:draft", args=[alert.data["draft"]])
    if alert.kind == AlertKind.RULE_PROPOSED:
        return reverse("reviews:rules")
    if alert.kind in OF_TYPE and "type" in alert.data:
        return reverse("desk:autonomy_type", args=[alert.data["type"]])
    if alert.kind == AlertKind.WEEK and "digest" in alert.data:
        return reverse("reviews:digest", args=[alert.data["digest"]])
    return ""


def detail_of(alert: Alert) -> str:
    """The numbers behind it, in words."""
    data: dict[str, Any] = alert.data
    match alert.kind:
        case AlertKind.SPIKE:
            return f"{data.get('observed')} in {data.get('minutes')} min, usually {data.get('expected')}"
        case AlertKind.COMPLAINTS:
            return f"{data.get('complaints')} of {data.get('judged')}, usually {data.get('usual')} %"
        case AlertKind.REPEATED_ERROR | AlertKind.INCONSISTENCY:
            return f"{data.get('count')} times in {data.get('minutes')} min"
        case AlertKind.DIGEST:
            return f"{data.get('settled')} settled by the AI, {data.get('cases')} cases in all"
        case AlertKind.AUDIT_WRONG:
            return f"{data.get('type')}, settled with a confidence of {100 * float(data.get('score') or 0):.0f} %"
        case AlertKind.CHANNEL_FAILING:
            return f"{data.get('failures')} failures in a row: {data.get('code')}"
        case AlertKind.RULE_REVIEW:
            what = "customers were discontent" if data.get("measure") == "satisfaction" else "came back"
            return f"{data.get('bad')} of {data.get('of')} {what} within {data.get('days')} days"
        case AlertKind.POLICY_WAITS:
            return f"rehearsed on {data.get('cases')} cases, {data.get('moves')} would move"
        case AlertKind.RULE_PROPOSED:
            return f"people changed {data.get('wrong')} of {data.get('cases')} such cases; {data.get('open')} to answer"
        case AlertKind.AI_LESS:
            return LESS.get(str(data.get("why")), "The certificate ended: people decide from now on")
        case AlertKind.JOB_DEAD:
            return f"{data.get('job')} after {data.get('attempts')} attempts"
    return ""


def _actions(alert: Alert) -> tuple[str, ...]:
    if alert.ended_at is not None:
        return ()
    chain = MEANINGS[AlertKind(alert.kind)].chain
    found = ["acknowledge"] if alert.acknowledged_at is None else []
    if alert.level + 1 < len(chain):
        found.append("escalate")
    return (*found, "end")
