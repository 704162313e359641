"""What a judgement does to a case: settled by the AI, sent to a person, or raised where it stands."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.choices import EventKind
from accounts.ledger import record
from escalations.choices import AlertKind, Autonomy, CaseState, ReasonCode, Severity
from escalations.models import Case, Decision, PolicyVersion, Routing, TriageRecord
from escalations.policy.replay import kept
from escalations.policy.types import Facts, Outcome
from escalations.selectors.facts import message_count
from escalations.services import due
from escalations.services.alerting import raise_alert
from escalations.services.entering import Entry, enter
from escalations.services.handoffs import begin, drawn_arm, unaided_of
from escalations.services.placing import place, told
from escalations.services.settling import settle, take_back
from escalations.services.subtasks import open_subtasks, tell_opened
from escalations.services.timing import retime
from escalations.transitions import move

_AROUND = ("client", "case_type", "agent", "handoff", "queue")
PULLS_BACK = {ReasonCode.DISTRESS, ReasonCode.HUMAN_REQUESTED}
"""What calls a person to a case that was returned to the AI, before the AI hands it over again (R033)."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What policy made of a triage, or of its absence. `now` is the database's; `handed_over` says that the AI has
    given a returned case back; `facts` is what policy was asked, None where it could not be asked at all.
    """

    outcome: Outcome
    policy: PolicyVersion
    now: datetime
    triage: TriageRecord | None
    handed_over: bool = False
    facts: Facts | None = None

    @property
    def judged(self) -> bool:
        """Did an engine answer?"""
        return self.triage is not None and not self.triage.error


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement that is written down, and where it lets the case enter."""

    judgement: Judgement
    routing: Routing
    entry: Entry


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
    result = (judgement.triage.result if judgement.triage else None) or {}
    entry = enter(case, judgement.outcome, judgement.policy, result)
    routing = Routing.objects.create(
        case=case, triage=judgement.triage if judgement.judged else None, policy=judgement.policy,
        settle=judgement.outcome.settle, allocation=judgement.outcome.allocation, outcome=asdict(judgement.outcome),
        path=entry.path, facts=kept(judgement.facts) if judgement.facts else {},
        superseded=bool(judgement.outcome.trace.get("signals", {}).get("policy_superseded")),
    )  # fmt: skip
    ACTS[CaseState(case.state)](case, Judged(judgement, routing, entry))


def _first(case: Case, judged: Judged) -> None:
    judgement = judged.judgement
    if judgement.outcome.settle:
        settle(case, judgement.outcome, judgement.policy, judged.routing, judged.entry)
    else:
        _move(case, EventKind.CASE_ROUTED, judged, first=True)


def _waiting(case: Case, judged: Judged) -> None:
    """A person will see it anyway; the judgement may make it more urgent or send it further up."""
    if judged.judgement.judged:
        _move(case, EventKind.CASE_TRIAGED, judged)


def _put_aside(case: Case, judged: Judged) -> None:
    """On hold or snoozed: what the customer wrote is what it waited for."""
    _move(case, EventKind.CASE_WOKEN, judged, wake_at=None)


def _with_ai(case: Case, judged: Judged) -> None:
    codes = {reason.code for reason in judged.judgement.outcome.reasons}
    if judged.judgement.handed_over or codes & PULLS_BACK:
        _move(case, EventKind.CASE_ROUTED, judged, wake_at=None)
    else:
        _note(case, judged)


def _settled(case: Case, judged: Judged) -> None:
    """Settled by the AI and not yet final: it stands if it would be settled again, else people get it."""
    judgement = judged.judgement
    pending = Decision.objects.filter(case=case, standing=Decision.Standing.PENDING).first()
    if judgement.outcome.settle and pending is not None and pending.undo_until is not None:
        _note(case, judged)
        left = max(pending.undo_until - judgement.now, timedelta(0))
        due.enqueue(
            "close", key=str(pending.pk), case=case, after=left, payload={"decision": str(pending.pk)}
        )
    else:
        take_back(case)
        _move(case, EventKind.CASE_ROUTED, judged, resolved_at=None)


def _ended(case: Case, judged: Judged) -> None:
    """Somebody wrote after the end: people look at it again. A decision not yet final waits with it."""
    take_back(case)
    _move(case, EventKind.CASE_REOPENED, judged, resolved_at=None, closed_at=None)


ACTS: dict[CaseState, Callable[[Case, Judged], None]] = {
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


def _move(case: Case, kind: EventKind, judged: Judged, *, first: bool = False, **changes: Any) -> None:
    judgement, entry = judged.judgement, judged.entry
    placed = place(case, judgement.outcome, entry, judgement.now, first=first)
    opened = open_subtasks(case, entry.departments, due_at=placed["due_at"])
    written: dict[str, Any] = {
        "triage": judgement.triage, "routing": judged.routing, "policy": judgement.policy,
        "subtasks_open": case.subtasks_open + len(opened),
    }  # fmt: skip
    shows = placed["autonomy"] != Autonomy.OFF  # else there is no answer to hide
    arm = drawn_arm(case) if first and judgement.judged and shows else ""
    handed = [begin(case, placed, arm=arm)] if kind == EventKind.CASE_ROUTED else []
    if first:
        written["unaided"] = unaided_of(arm)
    move(
        Case.objects.filter(pk=case.pk), kind, actor=None,
        data=told(case, judgement.outcome, judgement.policy, judgement.triage, judged.routing, placed),
        also=handed, **written, **placed, **changes,
    )  # fmt: skip
    tell_opened(case, opened)
    retime([case.pk])
    if placed["severity"] == Severity.CRITICAL and ReasonCode.ANOMALY in placed["reason_codes"]:
        raise_alert(  # R066: the expert on call is paged
            AlertKind.ANOMALY, str(case.pk), severity=Severity.CRITICAL, case_id=case.pk, client_id=case.client_id,
            queue_id=placed["queue"].pk if placed.get("queue") else case.queue_id,
        )  # fmt: skip


def _note(case: Case, judged: Judged) -> None:
    """Scored again and left as it is: the scoring stays in the trail (R004)."""
    judgement = judged.judgement
    record(
        case.pk, kind=EventKind.CASE_TRIAGED, actor=None, version=case.version,
        **told(case, judgement.outcome, judgement.policy, judgement.triage, judged.routing, {}),
    )  # fmt: skip
