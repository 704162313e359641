"""More autonomy, or going on after a stop: proposed by one, approved by two people of two sides (R129)."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from accounts.models import User
from escalations.choices import AlertKind, Autonomy, BreakerState, CaseMode, StepKind, StepState
from escalations.errors import Conflict, Invalid, NotAllowed, NotVisible
from escalations.models import (
    Breaker,
    CaseType,
    Certificate,
    Checklist,
    StepApproval,
    StepUp,
    Trip,
    Watch,
)
from escalations.rules import LEVELS
from escalations.services.alerting import end_alerts
from escalations.services.autonomy import set_level
from escalations.services.breaking import may
from escalations.services.certificates import breaker_of

SIDES = {"ai": Capability.POLICY_APPROVE_AI, "ops": Capability.POLICY_APPROVE_OPS}
"""Who approves: somebody for the AI's side, and somebody else for operations."""

PROPOSERS = (Capability.AUTONOMY_EDIT, *SIDES.values())


def obstacles(case_type: CaseType, kind: str, level: str) -> list[str]:
    """What keeps the step from being taken now, each in a sentence; empty when nothing does."""
    trip = Trip.objects.filter(case_type=case_type, resumed_at=None).first()
    found: list[str] = []
    if kind == StepKind.RESUME and trip is None:
        found.append("The AI is not stopped.")
    if kind == StepKind.UP and LEVELS.index(level) <= LEVELS.index(case_type.autonomy):
        found.append("That is no more than it has.")
    if kind == StepKind.UP and trip is not None and level != Autonomy.SUGGEST:
        found.append("The AI is stopped: it must be let go on first.")
    if level == Autonomy.AUTONOMOUS:
        found += _of_autonomy(case_type, trip)
    return found


def _of_autonomy(case_type: CaseType, trip: Trip | None) -> list[str]:
    """What must hold before the AI acts alone."""
    found: list[str] = []
    if case_type.mode != CaseMode.NORMAL or case_type.human_final_decision:
        found.append("People decide every case of this type.")
    checklist = Checklist.objects.filter(case_type=case_type).first() or Checklist()
    if checklist.missing:
        found.append(f"The checklist lacks {', '.join(checklist.missing)}.")
    standing = Certificate.objects.filter(case_type=case_type, ended_at=None).first()
    if standing is None:
        found.append("No certificate stands: audits must show first that the promise is kept.")
    elif trip is not None and trip.labels and standing.issued_at <= trip.at:
        found.append("Audits stopped the AI: it needs a certificate from newer ones.")
    if trip is None and Watch.objects.filter(case_type=case_type).exclude(alarm={}).exists():
        found.append("The work has changed lately: look at it, and take it as the new usual, first.")
    return found


@transaction.atomic
def propose(*, case_type: CaseType, kind: str, level: str = "", reason: str, actor: User) -> StepUp:
    """Propose a step; whoever may approve for one side has thereby done so. The same again is the same proposal.

    Conflict with every obstacle named, or while another proposal is open. Going on keeps the level as it is.
    """
    if not may(actor, case_type, *PROPOSERS):
        raise NotAllowed("You may not propose that there.")
    if kind not in StepKind.values or (kind == StepKind.UP and level not in LEVELS):
        raise Invalid("Not proposed.", {"level": "Choose a level."})
    if not reason.strip():
        raise Invalid("Not proposed.", {"reason": "Say in a few words why: whoever approves reads it."})
    breaker = _held(case_type)
    level = level if kind == StepKind.UP else case_type.autonomy
    open_one = StepUp.objects.filter(case_type=case_type, state=StepState.OPEN).first()
    if open_one is not None:
        if (open_one.kind, open_one.level, open_one.proposed_by_id) == (kind, level, actor.pk):
            return open_one
        raise Conflict("Another proposal waits for approval: approve or refuse that one first.")
    if found := obstacles(case_type, kind, level):
        raise Conflict(" ".join(found))
    step = StepUp.objects.create(
        case_type=case_type, kind=kind, level=level, reason=reason.strip()[:300], proposed_by=actor, trip=breaker.trip,
        certificate=Certificate.objects.filter(case_type=case_type, ended_at=None).first(),
    )  # fmt: skip
    _tell(EventKind.AUTONOMY_PROPOSED, step, actor)
    sides = sides_of(step, actor)
    if len(sides) == 1:
        _approve(step, sides[0], actor)
    return step


@transaction.atomic
def approve(*, step: StepUp, side: str, actor: User) -> StepUp:
    """One side's yes; with the second one the step is in force at once. Given again, it is the same yes.

    NotAllowed without the capability of that side. Conflict for one person on both sides, for a step that was ended,
    and for one that has meanwhile become impossible.
    """
    if side not in SIDES or not may(actor, step.case_type, SIDES[side]):
        raise NotAllowed("You may not approve that for this side.")
    breaker = _held(step.case_type)
    step = _open(step)
    given = {one.side: one.by_id for one in step.approvals.all()}
    if given.get(side) == actor.pk:
        return step
    if actor.pk in given.values():
        raise Conflict("You have approved it for the other side: that takes somebody else.")
    if side in given:
        raise Conflict("This side has approved it already.")
    _approve(step, side, actor)
    if len(given) == 1:
        _enact(step, breaker, actor)
    return step


@transaction.atomic
def refuse(*, step: StepUp, reason: str, actor: User) -> StepUp:
    """End a proposal, by whoever could approve it or made it."""
    if not may(actor, step.case_type, *SIDES.values()) and step.proposed_by_id != actor.pk:
        raise NotAllowed("You may not refuse that.")
    if not reason.strip():
        raise Invalid("Not refused.", {"reason": "Say in a few words why."})
    _held(step.case_type)
    step = _open(step)
    _end(step, StepState.REFUSED, actor, reason.strip()[:300])
    _tell(EventKind.AUTONOMY_REFUSED, step, actor)
    return step


def sides_of(step: StepUp, actor: Actor) -> list[str]:
    """The sides for which they could say yes now."""
    given = {one.side: one.by_id for one in step.approvals.all()}
    if isinstance(actor, User) and actor.pk in given.values():
        return []
    return [side for side, need in SIDES.items() if side not in given and may(actor, step.case_type, need)]


def _held(case_type: CaseType) -> Breaker:
    """The breaker's row held, the type's level as it is now."""
    breaker = breaker_of(case_type)
    case_type.autonomy = CaseType.objects.values_list("autonomy", flat=True).get(pk=case_type.pk)
    return breaker


def _open(step: StepUp) -> StepUp:
    found = StepUp.objects.select_related("case_type__client", "trip").filter(pk=step.pk).first()
    if found is None:
        raise NotVisible("There is no such proposal.")
    if found.state != StepState.OPEN:
        raise Conflict(f"This proposal is over: {found.get_state_display().lower()}.")
    return found


def _approve(step: StepUp, side: str, actor: User) -> None:
    StepApproval.objects.create(step=step, side=side, by=actor)
    _tell(EventKind.AUTONOMY_APPROVED, step, actor, side=side)


def _enact(step: StepUp, breaker: Breaker, actor: User) -> None:
    if found := [*obstacles(step.case_type, step.kind, step.level), *_laxer_since(step)]:
        raise Conflict(" ".join(found))
    _end(step, StepState.DONE, actor, "")
    if step.kind == StepKind.UP:
        set_level(step.case_type, step.level, actor=actor)
        return
    Trip.objects.filter(case_type=step.case_type, resumed_at=None).update(resumed_at=Now())
    Breaker.objects.filter(pk=breaker.pk).update(state=BreakerState.CLOSED, trip=None)
    Watch.objects.filter(case_type=step.case_type).delete()  # what is usual is learnt anew from here on
    _tell(EventKind.AUTONOMY_RESUMED, step, actor, trip=breaker.trip_id)
    key = f"{step.case_type.client.slug}:{step.case_type.slug}"
    end_alerts(AlertKind.AI_STOPPED, [key], because="resumed", actor=actor)


def _laxer_since(step: StepUp) -> list[str]:
    """Does a laxer promise stand by now than that which was proposed? Who approved did not say yes to it."""
    standing = Certificate.objects.filter(case_type=step.case_type_id, ended_at=None).first()
    if step.level != Autonomy.AUTONOMOUS or standing is None or step.certificate is None:
        return []
    if standing.target > step.certificate.target or standing.confidence < step.certificate.confidence:
        return ["The promise has become laxer since this was proposed: refuse it and propose it anew."]
    return []


def _end(step: StepUp, state: StepState, actor: User, why: str) -> None:
    StepUp.objects.filter(pk=step.pk).update(state=state, ended_at=Now(), ended_by=actor, why_ended=why)
    step.state = state


def _tell(kind: EventKind, step: StepUp, actor: User, **data: Any) -> None:
    record(
        stream_of("autonomy", step.case_type_id), kind=kind, actor=actor, type=step.case_type_id, step=step.pk,
        what=str(step.kind), level=str(step.level), certificate=step.certificate_id, **data,
    )  # fmt: skip
