"""Planting a case: a finished one, put before people again with one thing wrong in what the AI suggests (R094).

The copy lies in the queue like any other and can do nothing: its id shuts every door to the outside by itself
(escalations/sql/planted.sql). It holds the same person's words as the case it copies, for people who may read that one.
"""

import copy
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.choices import EventKind
from accounts.hints import hint
from accounts.ledger import new_salt, record
from accounts.models import Client
from escalations.choices import Author, Autonomy, CaseState, PlantOutcome, WrongIn
from escalations.clocks import rank_at
from escalations.models import Case, Decision, ExtractedField, Handoff, Message, Plant, Queue
from escalations.planting import ROUTED_IN, Truth, Wrong, planted_id, wrong_of
from escalations.selectors.plants import (
    CANDIDATES,
    Spot,
    at_work,
    due_spots,
    finished_cases,
    last_word,
    who_knew,
)
from escalations.selectors.policy import live_policy
from escalations.services.intake import numbered
from reviews.models import Skip

_DICE = secrets.SystemRandom()
VERSION = 3
"""Where a case stands in its versions when it comes into a queue: received, triaged, routed."""


def plant_due(*, now: datetime | None = None) -> int:
    """Plant a case wherever the agreed rate asks for one; how many. `now` (aware) is for tests."""
    now = now or timezone.now()
    return sum(plant_one(spot, now) is not None for spot in due_spots(now))


@transaction.atomic
def plant_one(spot: Spot, now: datetime, *, dice: Random = _DICE) -> Plant | None:
    """Plant a copy of one of the queue's finished cases, drawn by `dice`; None when none will do, the desk is closed,
    or one is there already.
    """
    Client.objects.select_for_update().get(pk=spot.client)  # two who plant take turns
    if Plant.objects.filter(client=spot.client, queue=spot.queue, outcome=PlantOutcome.OPEN).exists():
        return None
    cases = list(finished_cases(spot, now)[:CANDIDATES])
    dice.shuffle(cases)
    for case in cases:
        if not at_work(case, now) or not _suggests(case) or (made := last_word(case)) is None:
            continue
        if (wrong := wrong_of(_truth(case, made), _actions(case), case.case_type.labels, dice)) is not None:
            return _plant(case, made, wrong, spot.queue)
    return None


def _suggests(case: Case) -> bool:
    """Was the AI's suggestion on the page of such a case?"""
    signals: Mapping[str, Any] = ((case.routing.outcome if case.routing else {}).get("trace") or {}).get(
        "signals"
    ) or {}
    return bool(_package(case)) and signals.get("autonomy") != Autonomy.OFF


def _truth(case: Case, made: Decision) -> Truth:
    texts = Message.objects.filter(case=case, author=Author.CUSTOMER).values_list("text", flat=True)
    values = {name: str(value) for name, value in made.values.items() if name != "category"}
    category = str(made.values.get("category") or case.category)
    return Truth(category, str(made.action.get("action") or ""), values, tuple(texts))


def _actions(case: Case) -> set[str]:
    return {*case.agent.tools, *(case.case_type.rules.get("tool_teams") or ())}


def _plant(case: Case, made: Decision, wrong: Wrong, queue: Queue) -> Plant:
    now = timezone.now()
    new = _copy(case, made, wrong, now)
    Handoff.objects.bulk_create([new.handoff] if new.handoff else [])
    new.save(force_insert=True)
    Message.objects.bulk_create(_messages(case, new, now))
    ExtractedField.objects.bulk_create(_fields(case, new, made, wrong))
    plant = Plant.objects.create(
        case=new, original=case, client_id=case.client_id, queue=queue, where=wrong.where, name=wrong.name,
        shown=wrong.shown[:2000], right=wrong.right[:2000],
        withdraw_at=min(now + timedelta(minutes=settings.HANDRAIL_PLANT_MINUTES), new.due_at or now),
    )  # fmt: skip
    Skip.objects.bulk_create(
        [
            Skip(case=new, user_id=user, reason="", until=plant.withdraw_at + timedelta(days=1))
            for user in who_knew(case)
        ]
    )
    record(
        new.pk, kind=EventKind.PLANT_MADE, actor=None, version=VERSION, original=case.pk, where=wrong.where,
        field=wrong.name, client=case.client_id, agent=case.agent_id,
        to={"queue": case.queue_slug, "tier": new.tier, "severity": new.severity}, reasons=list(new.reason_codes),
    )  # fmt: skip
    hint("board", f"queue:{case.queue_id}")
    return plant


def _copy(case: Case, made: Decision, wrong: Wrong, now: datetime) -> Case:
    """The row as it would stand had it just been routed: under today's policy, with a reference of its own."""
    kind = numbered(case.case_type)
    minutes = int(
        (case.routing.outcome if case.routing else {}).get("sla_minutes") or case.case_type.sla_minutes
    )
    came = now - ROUTED_IN
    due_at = came + timedelta(minutes=minutes)
    weight = case.client.weight + case.case_type.weight - 1
    new = Case(
        id=planted_id(), ref=f"{kind.__dict__['prefix']}-{kind.__dict__['number']}", client_id=case.client_id,
        case_type=case.case_type, agent=case.agent, external_id=uuid4().hex, channel=case.channel, subject=case.subject,
        customer=case.customer, state=CaseState.QUEUED, version=VERSION, queue=case.queue, tier=case.tier,
        severity=case.severity, allocation=case.allocation, autonomy=case.autonomy,
        senior_only=case.senior_only, need=case.need, effort=case.effort, confidence=case.confidence,
        threshold=case.threshold, risk=case.risk,
        category=wrong.shown if wrong.where == WrongIn.CATEGORY else str(made.values.get("category") or case.category),
        reason_codes=case.reason_codes, due_at=due_at, created_at=came, policy=live_policy(), triage=case.triage,
        model_version=case.model_version, inputs_hash=case.inputs_hash,
        routing=case.routing, rank_at=rank_at(severity=case.severity, due_at=due_at, weight=weight),
    )  # fmt: skip
    old = case.handoff
    if old is not None:
        pk = kind.__dict__["handoff_number"]
        new.handoff = Handoff(
            pk=pk, case=new, schema=old.schema, package=_package_of(case, made, wrong, now), missing=old.missing,
            completeness=old.completeness,
        )  # fmt: skip
    return new


def _package(case: Case) -> dict[str, Any]:
    found = case.handoff.package if case.handoff else None
    return found if isinstance(found, dict) else {}


def _package_of(case: Case, made: Decision, wrong: Wrong, now: datetime) -> dict[str, Any]:
    """What the agent handed over, as of now: with what is wrong, also where the proposal repeats the value."""
    package = copy.deepcopy(_package(case))
    later = now - case.created_at
    for step in package.get("steps") or []:
        if isinstance(step, dict) and isinstance(step.get("at"), str):
            step["at"] = _shifted(step["at"], later)
    proposed = copy.deepcopy(made.action) or package.get("proposed")
    if isinstance(proposed, dict):
        if wrong.where == WrongIn.ACTION:
            proposed["action"] = wrong.shown
        given = proposed.get("arguments")
        if wrong.where == WrongIn.FIELD and isinstance(given, dict):
            proposed["arguments"] = {
                name: wrong.shown if str(value) == wrong.right else value for name, value in given.items()
            }
        package["proposed"] = proposed
    if package.get("agent_version") and case.agent.version:
        package["agent_version"] = case.agent.version
    return package


def _shifted(text: str, later: timedelta) -> str:
    try:
        return (datetime.fromisoformat(text) + later).isoformat()
    except ValueError:
        return text


def _messages(case: Case, new: Case, now: datetime) -> list[Message]:
    later = now - case.created_at
    return [
        Message(
            case=new, position=one.position, author=one.author, text=one.text, at=min(one.at + later, now),
            salt=new_salt(),
        )
        for one in Message.objects.filter(case=case)
    ]  # fmt: skip


def _fields(case: Case, new: Case, made: Decision, wrong: Wrong) -> list[ExtractedField]:
    """What the AI read, with what people corrected since, and the planted value at its surest reading."""
    rows = list(ExtractedField.objects.filter(case=case))
    surest: dict[str, ExtractedField] = {}
    for row in rows:
        if row.name not in surest or (row.confidence or 0.0) > (surest[row.name].confidence or 0.0):
            surest[row.name] = row
    found = []
    for row in rows:
        value = row.value
        if surest[row.name] is row:
            value = str(made.values.get(row.name, value))
            value = wrong.shown if wrong.where == WrongIn.FIELD and wrong.name == row.name else value
        found.append(
            ExtractedField(
                case=new, position=row.position, name=row.name, value=value, confidence=row.confidence,
                message=row.message, start=row.start, end=row.end,
            )
        )  # fmt: skip
    return found
