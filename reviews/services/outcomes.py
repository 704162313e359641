"""Where each verb takes a case: the event, and the columns that change with it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings

from accounts.choices import EventKind
from accounts.models.sql import NOW
from escalations.choices import FINAL_VERBS, Verb
from escalations.models import Case, Queue
from reviews.services.rules import DEFAULT_WAIT, Submission

WAITS = {
    Verb.HOLD: EventKind.CASE_HELD,
    Verb.SNOOZE: EventKind.CASE_SNOOZED,
    Verb.REQUEST_INFO: EventKind.CASE_INFO_REQUESTED,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A move: its event, the changed columns, and what the ledger says besides."""

    kind: EventKind
    changes: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)


def of(case: Case, given: Submission) -> Outcome:
    """The outcome of a submission that `rules.problems` found nothing wrong with."""
    verb = Verb(given.verb)
    if verb in FINAL_VERBS:
        return Outcome(EventKind.CASE_DECIDED, {"resolved_at": NOW})
    if verb == Verb.ESCALATE:
        return _escalated(case, given)
    if verb == Verb.RETURN_TO_AI:
        back = timedelta(
            seconds=settings.HANDRAIL_AI_RETURN_SECONDS
        )  # an AI that never answers does not keep it
        return Outcome(EventKind.CASE_RETURNED_TO_AI, {"wake_at": NOW + back})
    until: Any = given.until or NOW + DEFAULT_WAIT[verb]
    return Outcome(WAITS[verb], {"wake_at": until})


def _escalated(case: Case, given: Submission) -> Outcome:
    target = _target(case, given.target)
    tier = max(case.tier, target.tier)
    return Outcome(
        EventKind.CASE_ESCALATED,
        {"queue": target, "tier": tier},
        {"from": case.queue_slug, "to": target.slug, "tier_from": case.tier, "tier_to": tier},
    )


def _target(case: Case, slug: str) -> Queue:
    """The queue asked for, or the nearest one above; up, or across to another of its tier (R030)."""
    queues = Queue.objects.filter(tier__gte=case.tier).exclude(slug=case.queue_slug).order_by("tier", "name")
    if slug:
        return queues.get(slug=slug)
    return queues.filter(tier__gt=case.tier).first() or queues[0]
