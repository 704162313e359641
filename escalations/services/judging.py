"""What a judgement does to a case: settled by the AI, sent to a person, or raised where it stands."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.choices import EventKind
from accounts.ledger import record
from escalations.choices import CaseState, ReasonCode
from escalations.models import Case, Decision, PolicyVersion, Routing, TriageRecord
from escalations.policy.types import Outcome
from escalations.selectors.facts import message_count
from escalations.services import due
from escalations.services.placing import place, told
from escalations.services.settling import settle, take_back
from escalations.transitions import move

_AROUND = ("client", "case_type", "agent", "handoff", "queue")
PULLS_BACK = {ReasonCode.DISTRESS, ReasonCode.HUMAN_REQUESTED}
"""What calls a person to a case that was returned to the AI, before the AI hands it over again (R033)."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What policy made of a triage, or of its absence. `now` is the database's; `handed_over` says that the AI has
    given a returned case back.
    """

    outcome: Outcome
    policy: PolicyVersion
    now: datetime
    triage: TriageRecord | None
    handed_over: bool = False

    @property
    def judged(self) -> bool:
        """Did an engine answer?"""
        return self.triage is not None and not self.triage.error


def locked(case_id: UUID, read: Case | None = None) -> Case:
    """The case, nobody else's until the transaction ends, with `messages_now`.

    What `read`, the same case as it was earlier, had loaded around it and is still its is taken over.
    """
    case = Case.objects.select_for_update().annotate(messages_now=message_count(case_id)).get(pk=case_id)
    for name in _AROUND if read is not None else ():
        if getattr(case, f"{name}_id") == getattr(read, f"{name}_id"):
            setattr(case, name, getattr(read, name))
    return case


def apply(case: Case, judgement: Judgement) -> None:
    """Act on `judgement`; `case` is locked. Machine output raises a floor and never lowers one."""
    routing = Routing.objects.create(
        case=case, triage=judgement.triage if judgement.judged else None, policy=judgement.policy,
        settle=judgement.outcome.settle, allocation=judgement.outcome.allocation, outcome=asdict(judgement.outcome),
    )  # fmt: skip
    ACTS[CaseState(case.state)](case, judgement, routing)


def _first(case: Case, judgement: Judgement, routing: Routing) -> None:
    if judgement.outcome.settle:
        settle(case, judgement.outcome, judgement.policy, routing)
    else:
        _move(case, EventKind.CASE_ROUTED, judgement, routing, first=True)


def _waiting(case: Case, judgement: Judgement, routing: Routing) -> None:
    """A person will see it anyway; the judgement may make it more urgent or send it further up."""
    if judgement.judged:
        _move(case, EventKind.CASE_TRIAGED, judgement, routing)


def _put_aside(case: Case, judgement: Judgement, routing: Routing) -> None:
    """On hold or snoozed: what the customer wrote is what it waited for."""
    _move(case, EventKind.CASE_WOKEN, judgement, routing, wake_at=None)


def _with_ai(case: Case, judgement: Judgement, routing: Routing) -> None:
    codes = {reason.code for reason in judgement.outcome.reasons}
    if judgement.handed_over or codes & PULLS_BACK:
        _move(case, EventKind.CASE_ROUTED, judgement, routing, wake_at=None)
    else:
        _note(case, judgement, routing)


def _settled(case: Case, judgement: Judgement, routing: Routing) -> None:
    """Settled by the AI and not yet final: it stands if it would be settled again, else people get it."""
    pending = Decision.objects.filter(case=case, standing=Decision.Standing.PENDING).first()
    if judgement.outcome.settle and pending is not None and pending.undo_until is not None:
        _note(case, judgement, routing)
        left = max(pending.undo_until - judgement.now, timedelta(0))
        due.enqueue(
            "close", key=str(pending.pk), case=case, after=left, payload={"decision": str(pending.pk)}
        )
    else:
        take_back(case)
        _move(case, EventKind.CASE_ROUTED, judgement, routing, resolved_at=None)


def _ended(case: Case, judgement: Judgement, routing: Routing) -> None:
    """Somebody wrote after the end: people look at it again. A decision not yet final waits with it."""
    take_back(case)
    _move(case, EventKind.CASE_REOPENED, judgement, routing, resolved_at=None, closed_at=None)


ACTS: dict[CaseState, Callable[[Case, Judgement, Routing], None]] = {
    CaseState.RECEIVED: _first,
    CaseState.TRIAGING: _first,
    CaseState.QUEUED: _waiting,
    CaseState.CLAIMED: _waiting,
    CaseState.ON_HOLD: _put_aside,
    CaseState.SNOOZED: _put_aside,
    CaseState.WITH_AI: _with_ai,
    CaseState.AUTO_RESOLVED: _settled,
    CaseState.RESOLVED: _ended,
    CaseState.CLOSED: _ended,
}


def _move(
    case: Case,
    kind: EventKind,
    judgement: Judgement,
    routing: Routing,
    *,
    first: bool = False,
    **changes: Any,
) -> None:
    placed = place(case, judgement.outcome, judgement.now, first=first)
    judged: dict[str, Any] = {"triage": judgement.triage, "routing": routing, "policy": judgement.policy}
    move(
        Case.objects.filter(pk=case.pk), kind, actor=None,
        data=told(case, judgement.outcome, judgement.policy, judgement.triage, routing, placed),
        **judged, **placed, **changes,
    )  # fmt: skip


def _note(case: Case, judgement: Judgement, routing: Routing) -> None:
    """Scored again and left as it is: the scoring stays in the trail (R004)."""
    record(
        case.pk, kind=EventKind.CASE_TRIAGED, actor=None, version=case.version,
        **told(case, judgement.outcome, judgement.policy, judgement.triage, routing, {}),
    )  # fmt: skip
