"""The case's chain as people read it: who did what, when, and who had the case from then on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.choices import ActorKind, EventKind
from accounts.models import AIAgent, Event, User
from escalations.choices import ReasonCode, Verb
from escalations.history import LEADS_TO, Fact, as_if
from escalations.models import Case
from escalations.planting import planted
from escalations.selectors.trail import events_of
from reviews.choices import EscalateReason, SkipReason, WhatWasWrong
from reviews.selectors.shapes import EventView
from reviews.selectors.words import humanize

TAKES = {EventKind.CASE_CLAIMED, EventKind.CASE_TAKEN_OVER, EventKind.CASE_UNDONE}
KEEPS = frozenset(kind for kind in EventKind if kind not in LEADS_TO)
"""Kinds that leave the case with whoever has it; every other takes it from them."""


def timeline(case: Case, *, knowing: bool = False) -> tuple[EventView, ...]:
    """Up to 200 events, oldest first, with the names of people and agents. Whoever is not `knowing` reads a planted
    case as if it were like any other (R094).
    """
    events, _ = events_of(case)
    if planted(case.pk) and not knowing:
        events = _as_if(events)
    names = names_of(events)
    views, holder = [], ""
    for event in events:
        who = names.get((event.actor_kind, event.actor_id), "Handrail")
        holder = _holder_after(event, who, holder)
        says = EventKind(event.kind).label if event.kind in EventKind.values else event.kind
        views.append(
            EventView(event.seq, event.at, event.actor_kind, who, str(says), detail_of(event.data), holder)
        )
    return tuple(views)


def changes_since(case: Case, version: int) -> str:
    """What happened to the case after `version`, in one sentence; empty when nothing did."""
    events = list(Event.objects.filter(stream=case.pk, version__gt=version).order_by("seq").defer("body")[:5])
    events = _as_if(events) if planted(case.pk) else events
    names = names_of(events)
    said = [
        f"{names.get((event.actor_kind, event.actor_id), 'Handrail')} {EventKind(event.kind).label}"
        for event in events
    ]
    return f"Since then: {', '.join(said)}." if said else ""


def _as_if(events: Sequence[Event]) -> list[Event]:
    found: list[Event] = []
    for event in events:
        fact = Fact(event.at, event.kind, event.actor_kind, event.actor_id, event.data)
        found += [
            Event(at=one.at, kind=one.kind, actor_kind=one.actor_kind, actor_id=one.actor_id, data=one.data)
            for one in as_if(fact)
        ]
    for seq, event in enumerate(found, start=1):
        event.seq = seq
    return found


def detail_of(data: Mapping[str, Any]) -> str:
    """What an event's codes say, in words. Texts are not in the chain, so none can show here."""
    parts = [_verb(data), _movement(data), *_reasons(data), _part_of(data)]
    if skips := data.get("skips"):
        parts.append(f"skipped {skips} times" if skips > 1 else "")
    return ", ".join(part for part in parts if part)


def _part_of(data: Mapping[str, Any]) -> str:
    """A department's part, or the operations case that a case belongs to, or how many belong to it."""
    if department := data.get("department"):
        return f"{humanize(str(department))}{': not needed' if data.get('state') == 'dropped' else ''}"
    if "group" in data:
        return str(data["ref"]) if data.get("ref") else f"{data.get('count', 0)} cases with one error"
    return ""


def _holder_after(event: Event, who: str, before: str) -> str:
    if event.kind in TAKES:
        return who
    return before if event.kind in KEEPS else ""


def _verb(data: Mapping[str, Any]) -> str:
    verb = data.get("verb")
    if verb not in Verb.values:
        return ""
    ending = humanize(str(data.get("disposition") or "")).lower()
    return f"{Verb(verb).label}: {ending}" if ending else str(Verb(verb).label)


def _movement(data: Mapping[str, Any]) -> str:
    origin, target = _place(data.get("from")), _place(data.get("to"))
    return f"{origin or 'intake'} to {target}" if target else ""


def _place(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("queue")
    return humanize(value) if isinstance(value, str) else ""


def _reasons(data: Mapping[str, Any]) -> Iterable[str]:
    labels = {
        **dict(ReasonCode.choices), **dict(EscalateReason.choices), **dict(SkipReason.choices),
        **dict(WhatWasWrong.choices),
    }  # fmt: skip
    found = data.get("reasons")
    given = [*(found if isinstance(found, list) else []), data.get("reason")]
    for reason in given:
        code = reason.get("code") if isinstance(reason, Mapping) else reason
        if isinstance(code, str) and code:
            yield str(labels.get(code, humanize(code)))


def names_of(events: Sequence[Event]) -> dict[tuple[str, str], str]:
    """Names of the people and agents in these events, by kind and id."""
    people = {event.actor_id for event in events if event.actor_kind == ActorKind.HUMAN}
    agents = {event.actor_id for event in events if event.actor_kind == ActorKind.AI}
    names = {
        (ActorKind.HUMAN.value, str(user.pk)): user.short_name for user in User.objects.filter(pk__in=people)
    }
    for agent in AIAgent.objects.filter(pk__in=agents):
        names[(ActorKind.AI.value, str(agent.pk))] = str(agent)
    return names
