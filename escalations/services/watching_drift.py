"""Has the work changed? Reads what came in batches, and acts on what the drift watch says (R089, R090, R092)."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.actors import Actor
from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from escalations.autonomy import drift
from escalations.autonomy.drift import Reason
from escalations.autonomy.verdicts import verdict
from escalations.choices import AlertKind, Autonomy, BreakerState, OnDrift, Severity, TripCode
from escalations.errors import Conflict, NotAllowed
from escalations.models import AuditDraw, CaseType, Checklist, Watch
from escalations.selectors import traffic
from escalations.services.alerting import end_alerts, raise_alert
from escalations.services.audit_plan import save_plan
from escalations.services.breaking import may, trip
from escalations.services.certificates import breaker_of
from escalations.services.certifying import plan_of, promise_of
from escalations.services.each import each

DETECTOR = "drift"
LEAST_PAST, MOST_PAST = 300, 4000
"""How many earlier cases say what is usual."""
CHUNK = 500  # cases a transaction
LAG = timedelta(minutes=2)
"""What is younger is left for the next time: its transaction may still be open."""
RAISED = 0.25
LABELS_A_WEEK = 200
"""After an alarm so many audits a week are aimed at, and never less than RAISED."""
PROVEN = frozenset({"audits", "policy"})
"""Signals that are errors themselves, not signs of them: these stop the AI whatever the promise says of drift."""
WATCHED = (Autonomy.SUPERVISED, Autonomy.AUTONOMOUS)


def watch_drift(*, now: datetime | None = None) -> int:
    """Feed every watched type with what came since the last time; how many gave a new alarm. Harmless twice."""
    at = now or timezone.now()
    types = CaseType.objects.filter(autonomy__in=WATCHED, is_active=True, breaker__state=BreakerState.CLOSED)
    return each(types.select_related("client"), lambda case_type: watch_type(case_type, now=at))


def watch_type(case_type: CaseType, *, now: datetime) -> bool:
    """The same for one type, in chunks. True when it gave a new alarm."""
    reasons: tuple[Reason, ...] = ()
    more = True
    while more and not reasons:
        more, reasons = _step(case_type, now)
    return bool(reasons) and _alarm(case_type, reasons)


@transaction.atomic
def accept_usual(*, case_type: CaseType, actor: Actor) -> None:
    """Take the work as it is now as usual: the alarm ends, and the audit rates go back to what they were."""
    if not may(actor, case_type, Capability.AUTONOMY_EDIT):
        raise NotAllowed("You may not set what the AI does there.")
    breaker_of(case_type)
    watch = Watch.objects.filter(case_type=case_type, detector=DETECTOR).first()
    if watch is None or not watch.alarm:
        raise Conflict("There is no alarm.")
    rates = watch.alarm.get("rates")
    watch.delete()
    if rates:
        save_plan(case_type=case_type, actor=None, because=plan_of(case_type).because, **rates)
    _tell(case_type, actor, accepted=True)
    end_alerts(AlertKind.DRIFT, [_key(case_type)], because="accepted", actor=actor)


@transaction.atomic
def _step(case_type: CaseType, now: datetime) -> tuple[bool, tuple[Reason, ...]]:
    """One chunk: is there more to read, and what does the watch say?"""
    watch = Watch.objects.select_for_update().filter(case_type=case_type, detector=DETECTOR).first()
    if watch is None:
        _begin(case_type, now)
        return False, ()
    if watch.alarm:
        return False, ()  # it has said what it had to say
    until, cursor = now - LAG, dict(watch.cursor)
    state = drift.restored(watch.state)
    cases = traffic.arrivals_after(case_type, cursor["case"], until, CHUNK)
    reviews, cursor["review"] = traffic.reviews_after(case_type, cursor["review"], until, CHUNK)
    audits, cursor["label"] = traffic.audits_after(case_type, cursor["label"], watch.since, CHUNK)
    floor = min([one.floor for one in state.audits.values()])
    state = drift.audited(
        drift.reviewed(drift.arrived(state, cases), reviews),
        [one for one in audits if one.label.probability >= floor - 1e-9],
    )
    cursor["case"] = cases[-1].case_id if cases else cursor["case"]
    superseded = traffic.superseded_since(case_type, watch.since)
    if cases or reviews or audits:
        Watch.objects.filter(pk=watch.pk).update(state=asdict(state), cursor=cursor, updated_at=Now())
    full = CHUNK in (len(cases), len(reviews), len(audits))
    return full, verdict(state, superseded).reasons


def _begin(case_type: CaseType, now: datetime) -> None:
    """What is usual, from the newest earlier cases; nothing while there are too few."""
    until = now - LAG
    cases = traffic.arrivals_before(case_type, until, MOST_PAST)
    if sum(case.score is not None for case in cases) < LEAST_PAST:
        return
    reviews = traffic.reviews_before(case_type, now - timedelta(days=90), until, MOST_PAST)
    state = drift.baseline(cases, reviews, target=promise_of(case_type).target, floor=plan_of(case_type).rate)
    Watch.objects.get_or_create(
        case_type=case_type, detector=DETECTOR,
        defaults={
            "state": asdict(state), "since": until,
            "cursor": {"case": cases[-1].case_id, "review": traffic.newest_decision(until), "label": 0},
        },
    )  # fmt: skip


def _alarm(case_type: CaseType, reasons: tuple[Reason, ...]) -> bool:
    """Act on what the watch says: in the trail, to people, on the audit rates, and on the breaker."""
    first = next((one for one in reasons if one.signal in PROVEN), reasons[0])
    promise = promise_of(case_type)
    with transaction.atomic():
        breaker_of(case_type)
        watch = Watch.objects.select_for_update().filter(case_type=case_type, detector=DETECTOR).first()
        if watch is None or watch.alarm:
            return False
        stops = first.signal in PROVEN or promise.on_drift == OnDrift.TRIP
        alarm = {
            "signals": [one.signal for one in reasons], "words": [one.words for one in reasons],
            "example": first.example, "rates": _raise_rates(case_type), "stopped": stops,
        }  # fmt: skip
        Watch.objects.filter(pk=watch.pk).update(alarm=alarm, updated_at=Now())
        _tell(case_type, None, signals=alarm["signals"], words=alarm["words"], example=first.example,
              codes=[one.code for one in reasons if one.code])  # fmt: skip
        if stops:
            trip(
                case_type, TripCode(first.signal), first.words, actor=None, example=traffic.known(first.example),
                figures={"signals": alarm["signals"]},
            )  # fmt: skip
        else:
            _warn(case_type, alarm)
    return True


def _raise_rates(case_type: CaseType) -> dict[str, float]:
    """Audit more until somebody has looked; the rates as they were."""
    plan = plan_of(case_type)
    was = {"rate": plan.rate, "learning_rate": plan.learning_rate, "risk_rate": plan.risk_rate}
    week = AuditDraw.objects.filter(case_type=case_type, at__gte=timezone.now() - timedelta(days=7)).count()
    raised = round(min(1.0, max(RAISED, LABELS_A_WEEK / max(week, 1))), 2)
    rate = max(plan.rate, raised)
    save_plan(
        case_type=case_type, actor=None, rate=rate, learning_rate=max(plan.learning_rate, rate),
        risk_rate=plan.risk_rate,
    )  # fmt: skip
    return was


def _warn(case_type: CaseType, alarm: dict[str, Any]) -> None:
    owner = Checklist.objects.filter(case_type=case_type).values_list("owner", flat=True).first()
    raise_alert(
        AlertKind.DRIFT, _key(case_type), severity=Severity.HIGH, client_id=case_type.client_id,
        to=(owner,) if owner else (),
        data={"ref": f"{case_type.client.slug}: {case_type.slug}", "type": case_type.pk, "signals": alarm["signals"]},
    )  # fmt: skip


def _key(case_type: CaseType) -> str:
    return f"{case_type.client.slug}:{case_type.slug}"


def _tell(case_type: CaseType, actor: Actor, **data: Any) -> None:
    stream = stream_of("autonomy", case_type.pk)
    record(stream, kind=EventKind.DRIFT_SEEN, actor=actor, type=case_type.pk, **data)
