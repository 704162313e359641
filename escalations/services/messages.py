"""A further message on a case: kept, and judged again where it may change who is needed (R010, R014, R033)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.choices import ActorKind, Capability, EventKind
from accounts.ledger import record
from accounts.models import AIAgent
from accounts.permissions import can
from escalations.choices import AWAITING_HUMAN, Author, CaseState
from escalations.errors import BadRequest, Conflict, Invalid, NotAllowed
from escalations.models import ApiRequest, Case, Decision, ExtractedField, Job, Message
from escalations.services import due
from escalations.services.intake import digest_of
from escalations.services.nudging import nudge
from escalations.services.receiving import commitments, fields_of, handoff_of, messages_of
from escalations.services.timing import retime
from escalations.spans import span_fault
from escalations.transitions import move

LONGEST = 2000
TIMED = (*AWAITING_HUMAN, CaseState.WITH_AI)
"""Where an answer is awaited: a customer's message asks for the next one (R055)."""
RETRIAGE_PRIORITY = 50  # before first triages: somebody is in the conversation now


@dataclass(frozen=True, slots=True)
class Added:
    """The case after a message, and whether this request added it."""

    case: Case
    created: bool


def add_message(*, case: Case, agent: AIAgent, body: Mapping[str, Any], key: str = "") -> Added:
    """Keep one message of the customer or of the AI itself; the customer's, and a new handoff, are triaged.

    Conflict when the AI speaks while a person is needed or after one closed the case (R010, R014): refused in the
    ledger too. The same `key` and body again change nothing; with another body: Invalid.
    """
    if not can(agent, Capability.CASE_APPEND, case):
        raise NotAllowed("This AI agent may not add messages.")
    digest = digest_of({"case": str(case.pk), **body})
    if key and (known := _known(agent, key, digest)):
        return known
    try:
        with transaction.atomic():
            case = Case.objects.select_for_update().get(
                pk=case.pk
            )  # whose turn it is must not change meanwhile
            refusal = _not_its_turn(case, body)
            if refusal:
                _record_refusal(case, agent, body)
            else:
                _write(case, agent, body, key, digest)
                transaction.on_commit(nudge)
    except IntegrityError:
        if key and (known := _known(agent, key, digest)):
            return known
        raise
    if refusal:
        raise Conflict(refusal, state=case.state)
    return Added(case, created=True)


def _known(agent: AIAgent, key: str, digest: str) -> Added | None:
    used = ApiRequest.objects.select_related("case").filter(agent=agent, key=key).first()
    if used is None:
        return None
    if used.body_hash != digest:
        raise Invalid("This Idempotency-Key was used with another body.", {"Idempotency-Key": "used before"})
    return Added(used.case, created=False)


def _not_its_turn(case: Case, body: Mapping[str, Any]) -> str:
    """Why the AI may not do this now, or nothing. A customer may always write."""
    hands_over = "handoff" in body or "fields" in body
    if body["author"] != Author.AI and not hands_over:
        return ""
    if case.state in AWAITING_HUMAN:
        return "A person has this case now; the AI stays silent until it is returned."
    if case.state in (CaseState.RESOLVED, CaseState.CLOSED) and _a_person_ended(case):
        return "A person has settled this case."
    if hands_over and case.state != CaseState.WITH_AI:
        return "A new handoff is taken only for a case that was returned to the AI."
    return ""


def _record_refusal(case: Case, agent: AIAgent, body: Mapping[str, Any]) -> None:
    record(
        case.pk, kind=EventKind.CASE_MESSAGE_REFUSED, actor=agent, version=case.version, state=case.state,
        author=body["author"], handoff="handoff" in body,
    )  # fmt: skip


def _a_person_ended(case: Case) -> bool:
    last = Decision.objects.filter(case=case).exclude(standing=Decision.Standing.UNDONE).first()
    return last is not None and last.actor_kind == ActorKind.HUMAN


def _write(case: Case, agent: AIAgent, body: Mapping[str, Any], key: str, digest: str) -> None:
    hands_over = "handoff" in body or "fields" in body
    message = messages_of(case, [body], first=_room(case))[0]
    fields = fields_of(case, _checked(case, body.get("fields", []), message), first=0)
    handoff = handoff_of(case, body.get("handoff"))
    if handoff:
        handoff.save(force_insert=True)
    changes: dict[str, Any] = {"handoff": handoff} if handoff else {}
    move(
        Case.objects.filter(pk=case.pk), EventKind.CASE_MESSAGE, actor=agent,
        data={"author": body["author"], "position": message.position, **commitments([message], body)}, **changes,
    )  # fmt: skip
    message.save(force_insert=True)
    _replace_fields(case, fields)
    if key:
        ApiRequest.objects.create(agent=agent, key=key, body_hash=digest, case=case)
    if body["author"] == Author.CUSTOMER and case.state in TIMED:
        retime([case.pk])
    if body["author"] == Author.CUSTOMER or hands_over:
        _triage_again(case, message.position, handed_over=hands_over)


def _room(case: Case) -> int:
    """The next message's position. Conflict when the conversation is as long as we keep one."""
    position = Message.objects.filter(case=case).count()
    if position >= LONGEST:
        raise Conflict(f"A conversation holds {LONGEST} messages; post a new case.")
    return position


def _checked(case: Case, fields: list[Mapping[str, Any]], message: Message) -> list[Mapping[str, Any]]:
    """Spans must lie in the conversation, the new message included."""
    if any(field.get("source") for field in fields):
        texts = [*Message.objects.filter(case=case).values_list("text", flat=True), message.text]
        for index, field in enumerate(fields):
            if wrong := span_fault(field.get("source"), texts):
                raise BadRequest(
                    "A span is not in the conversation.", {f"fields/{index}/source/{wrong[0]}": wrong[1]}
                )
    return fields


def _replace_fields(case: Case, fields: list[ExtractedField]) -> None:
    """A value the AI reads anew takes the place of what it read before under that name."""
    if not fields:
        return
    ExtractedField.objects.filter(case=case, name__in={field.name for field in fields}).delete()
    positions = list(ExtractedField.objects.filter(case=case).values_list("position", flat=True))
    for offset, field in enumerate(fields):
        field.position = max(positions, default=-1) + 1 + offset
    ExtractedField.objects.bulk_create(fields)


def _triage_again(case: Case, position: int, *, handed_over: bool) -> None:
    """Have the case judged with what is new; an AI's settlement waits until it is."""
    due.cancel_closing(case)
    waiting = Job.objects.filter(kind="triage", case=case, state=Job.State.READY)
    if handed_over or not waiting.update(next_at=Now()):
        due.enqueue(
            "triage", key=f"{case.pk}:{position}", case=case, priority=RETRIAGE_PRIORITY,
            payload={"handed_over": handed_over},
        )  # fmt: skip
    if case.state not in (CaseState.QUEUED, CaseState.CLAIMED):
        deadline = timedelta(seconds=settings.HANDRAIL_TRIAGE_DEADLINE_SECONDS)
        due.enqueue("triage_deadline", key=str(case.pk), case=case, after=deadline, priority=0)
