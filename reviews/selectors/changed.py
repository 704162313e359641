"""What happened to a case under somebody who has it on the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.choices import ActorKind, EventKind
from accounts.models import Event, User
from escalations.choices import CaseState
from escalations.models import Case
from reviews.selectors.timeline import KEEPS, names_of

PLANTED = (EventKind.PLANT_ANSWERED, EventKind.PLANT_WITHDRAWN)
MOST = 20
"""Events looked at; what lies further back is counted with them."""


@dataclass(frozen=True, slots=True)
class Changed:
    """`said` in one line; `stale`: the page no longer shows how things stand; `lost`: it is not theirs to decide."""

    said: str
    stale: bool
    lost: bool


def changed_since(case: Case, actor: User, version: int) -> Changed | None:
    """What others did to the case after `version`, and who has it now; None when there is nothing to tell `actor`.

    What they did themselves is told only when the case left them, as by a decision in another tab. `case` has its
    holder and queue loaded.
    """
    found = Event.objects.filter(stream=case.pk, version__gt=version).order_by("seq").defer("body", "prev")
    events = list(found[:MOST])
    theirs = case.state == CaseState.CLAIMED and case.holder_id == actor.pk
    others = [event for event in events if not _is(event, actor)]
    if not events or (theirs and not others):
        return None
    stale = any(event.kind not in KEEPS for event in events)
    said = [*_messages(events), *_moves(others or events, actor)]
    return Changed(
        ". ".join([*said, _now(case, actor)] if stale else said) + ".", stale, stale and not theirs
    )


def _messages(events: Sequence[Event]) -> list[str]:
    new = [event for event in events if event.kind == EventKind.CASE_MESSAGE]
    if not new:
        return []
    return [f"{len(new)} new message{'s' if len(new) > 1 else ''}, {timezone.localtime(new[-1].at):%H:%M}"]


def _moves(events: Sequence[Event], actor: User) -> list[str]:
    last = [event for event in events if event.kind != EventKind.CASE_MESSAGE][-2:]
    names: dict[Any, str] = names_of(last)
    return [
        f"{'You' if _is(event, actor) else names.get((event.actor_kind, event.actor_id), 'Handrail')} "
        f"{_word(event)}, {timezone.localtime(event.at):%H:%M}"
        for event in last
    ]


def _word(event: Event) -> str:
    if event.kind in PLANTED:  # whoever looks on is not told (R094)
        return str(EventKind.CASE_CLOSED.label)
    return str(EventKind(event.kind).label) if event.kind in EventKind.values else event.kind


def _now(case: Case, actor: User) -> str:
    if case.holder is not None:
        return "You have it now" if case.holder_id == actor.pk else f"It is with {case.holder.short_name} now"
    if case.state == CaseState.QUEUED and case.queue is not None:
        return f"It waits in {case.queue.name}"
    return f"It is {case.get_state_display().lower()}"


def _is(event: Event, actor: User) -> bool:
    return event.actor_kind == ActorKind.HUMAN and event.actor_id == str(actor.pk)
