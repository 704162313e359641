"""What the AI of a case type may do, as people set it: checklist, promise, the way down (R129). Up: stepping."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from accounts.models import User
from escalations.choices import AlertKind, Autonomy, CertificateEnd, OnDrift, StepState
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import CaseType, Certificate, Checklist, Promise, StepUp
from escalations.rules import LEVELS
from escalations.services.alerting import end_alerts
from escalations.services.breaking import may
from escalations.services.certificates import breaker_of, end_certificate, key_of, tell_of_less
from escalations.services.certifying import end_proof, promise_of

LOWEST_TARGET, HIGHEST_TARGET = 0.001, 0.2
LEAST_CONFIDENCE, MOST_CONFIDENCE = 0.8, 0.999


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a process (R129); None or empty: not yet."""

    owner: User | None = None
    sop: str = ""
    exceptions: tuple[str, ...] = ()
    handling_minutes: float | None = None
    error_percent: float | None = None
    cases_a_week: int | None = None
    measured_on: date | None = None


@transaction.atomic
def save_checklist(*, case_type: CaseType, known: Known, actor: Actor) -> Checklist:
    """Keep what is known of the process; the change is an event that names what changed, not what it says.

    Invalid, by field, for what cannot be, and for taking something away from a type that runs by itself.
    """
    _may_edit(actor, case_type)
    _check(known)
    breaker_of(case_type)  # two editors take turns, and nobody steps up meanwhile
    there = Checklist.objects.filter(case_type=case_type).first() or Checklist(case_type=case_type)
    changed = [one.name for one in fields(known) if _of(there, one.name) != _plain(getattr(known, one.name))]
    if not changed and there.pk is not None:
        return there
    for one in fields(known):
        setattr(there, one.name, _kept(getattr(known, one.name)))
    level = CaseType.objects.values_list("autonomy", flat=True).get(pk=case_type.pk)
    if there.missing and level == Autonomy.AUTONOMOUS:
        words = f"The AI runs this process: {', '.join(there.missing)} must stay. Step down first."
        raise Invalid("Not saved.", dict.fromkeys(changed, words))
    there.changed_at = Now()
    there.changed_by = actor if isinstance(actor, User) else None
    there.save()
    _tell(EventKind.CHECKLIST_CHANGED, case_type, actor, changed=changed, missing=len(there.missing))
    return there


@transaction.atomic
def save_promise(
    *, case_type: CaseType, target: float, confidence: float, on_drift: str, actor: Actor
) -> Promise:
    """Promise that at most `target` of what the AI settles alone is wrong, with `confidence` (both 0 to 1).

    A stricter promise ends at once what was certified for a laxer one. Whichever number changes, audits drawn so far
    count no more: a promise chosen after seeing them would prove nothing. Invalid names the field; also for a laxer
    promise of a type that the AI runs, which would give it more by one person's word: two people do that, from a lower
    level.
    """
    _may_edit(actor, case_type)
    if problems := _promise_problems(target, confidence, on_drift):
        raise Invalid("Not saved.", problems)
    breaker_of(case_type)
    there = promise_of(case_type)
    if actor is not None and (laxer := _laxer(case_type, there, target, confidence, on_drift)):
        raise Invalid("Not saved.", laxer)
    before = {"target": there.target, "confidence": there.confidence, "on_drift": str(there.on_drift)}
    after = {"target": target, "confidence": confidence, "on_drift": on_drift}
    if before == after:
        return there
    there.target, there.confidence, there.on_drift = target, confidence, on_drift
    there.changed_at = Now()
    there.changed_by = actor if isinstance(actor, User) else None
    there.save()
    _tell(EventKind.AUTONOMY_PROMISED, case_type, actor, before=before, after=after)
    if (before["target"], before["confidence"]) != (target, confidence):
        end_proof(case_type)
        standing = Certificate.objects.filter(case_type=case_type, ended_at=None).first()
        if standing is not None and (standing.target > target or standing.confidence < confidence):
            end_certificate(case_type, CertificateEnd.PROMISE, actor=actor)
    return there


@transaction.atomic
def step_down(*, case_type: CaseType, level: str, reason: str, actor: User) -> CaseType:
    """Give the AI less to do, at once and by one person. When it has committed, nothing above that level happens.

    Conflict when it has no more than that already; Invalid without a reason.
    """
    if not may(actor, case_type, Capability.AUTONOMY_EDIT, Capability.AUTONOMY_STOP):
        raise NotAllowed("You may not set what the AI does there.")
    if level not in LEVELS:
        raise Invalid("Not changed.", {"level": "Choose a level."})
    if not reason.strip():
        raise Invalid("Not changed.", {"reason": "Say in a few words why."})
    breaker_of(case_type)
    before = CaseType.objects.values_list("autonomy", flat=True).get(pk=case_type.pk)
    if LEVELS.index(level) >= LEVELS.index(before):
        raise Conflict(f"The level is {Autonomy(before).label.lower()} already: more needs two people.")
    set_level(case_type, level, actor=actor)
    StepUp.objects.filter(case_type=case_type, state=StepState.OPEN).update(
        state=StepState.MOOT, ended_at=Now(), ended_by=actor, why_ended="Somebody stepped down instead."
    )
    return case_type


def set_level(case_type: CaseType, level: str, *, actor: Actor) -> None:
    """Write the level and its event, and tell whoever answers for the type when it is less; the breaker's row is held
    by the caller.
    """
    before = CaseType.objects.values_list("autonomy", flat=True).get(pk=case_type.pk)
    CaseType.objects.filter(pk=case_type.pk).update(autonomy=level)
    case_type.autonomy = level
    _tell(EventKind.AUTONOMY_CHANGED, case_type, actor, before={"level": before}, after={"level": str(level)})
    if LEVELS.index(level) < LEVELS.index(before):
        tell_of_less(case_type, "level")
    else:
        end_alerts(AlertKind.AI_LESS, [key_of(case_type)], because="more again", actor=actor)


def _may_edit(actor: Actor, case_type: CaseType) -> None:
    if not may(actor, case_type, Capability.AUTONOMY_EDIT):
        raise NotAllowed("You may not set what the AI does there.")


def _check(known: Known) -> None:
    wrong: dict[str, str] = {}
    if known.owner is not None and not known.owner.is_active:
        wrong["owner"] = "Somebody who works here must answer for the process."
    if len(known.sop) > 300:
        wrong["sop"] = "At most 300 characters: where the procedure is written, and its version."
    if any(len(line) > 300 for line in known.exceptions) or len(known.exceptions) > 100:
        wrong["exceptions"] = "At most 100 lines of 300 characters."
    if known.handling_minutes is not None and not 0 < known.handling_minutes <= 10_000:
        wrong["handling_minutes"] = "More than nothing, at most 10,000 minutes."
    if known.error_percent is not None and not 0 <= known.error_percent <= 100:
        wrong["error_percent"] = "From 0 to 100."
    if known.cases_a_week is not None and not 0 < known.cases_a_week <= 10_000_000:
        wrong["cases_a_week"] = "At least one case a week."
    if wrong:
        raise Invalid("Not saved.", wrong)


def _promise_problems(target: float, confidence: float, on_drift: str) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not LOWEST_TARGET <= target <= HIGHEST_TARGET:
        wrong["target"] = "From 0.1 to 20 per cent."
    if not LEAST_CONFIDENCE <= confidence <= MOST_CONFIDENCE:
        wrong["confidence"] = "From 80 to 99.9 per cent."
    if on_drift not in OnDrift.values:
        wrong["on_drift"] = "Choose what a change of the work does."
    return wrong


def _laxer(
    case_type: CaseType, there: Promise, target: float, confidence: float, on_drift: str
) -> dict[str, str]:
    """The fields that promise less than before, for a type that the AI runs; the breaker's row is held."""
    level = CaseType.objects.values_list("autonomy", flat=True).get(pk=case_type.pk)
    if level != Autonomy.AUTONOMOUS:
        return {}
    less = {
        "target": target > there.target,
        "confidence": confidence < there.confidence,
        "on_drift": on_drift != there.on_drift and there.on_drift == OnDrift.TRIP,
    }
    words = "The AI runs this process: a laxer promise takes two people. Step down first, and propose the level anew."
    return {name: words for name, so in less.items() if so}


def _of(there: Checklist, name: str) -> Any:
    return there.owner_id if name == "owner" else getattr(there, name)


def _plain(value: Any) -> Any:
    if isinstance(value, User):
        return value.pk
    return _kept(value)


def _kept(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _tell(kind: EventKind, case_type: CaseType, actor: Actor, **data: Any) -> None:
    record(stream_of("autonomy", case_type.pk), kind=kind, actor=actor, type=case_type.pk, **data)
