"""What cases ask of whoever works them: set on queues and case types, and carried to every open case at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from accounts.actors import Actor
from accounts.choices import Capability, EventKind, Level
from accounts.ledger import record, stream_of
from accounts.models import Skill
from accounts.permissions import can, scopes_of
from escalations.choices import AWAITING_HUMAN
from escalations.errors import Invalid, NotAllowed
from escalations.models import CaseType, Queue

MOST_EFFORT = 20

ANEW = """
UPDATE escalations_case c SET need = asked.need, effort = asked.effort
FROM (SELECT lane.*, need_of(lane.queue_id, lane.case_type_id, lane.category, lane.senior_only) AS need, t.effort
      FROM (SELECT DISTINCT queue_id, case_type_id, category, senior_only FROM escalations_case
            WHERE state = ANY (%(states)s) AND (queue_id = %(queue)s OR case_type_id = %(type)s)) lane
      JOIN escalations_casetype t ON t.id = lane.case_type_id) asked
WHERE c.state = ANY (%(states)s) AND c.queue_id = asked.queue_id AND c.case_type_id = asked.case_type_id
  AND c.category = asked.category AND c.senior_only = asked.senior_only
  AND (c.need, c.effort) IS DISTINCT FROM (asked.need, asked.effort)
"""
"""Each combination is worked out once, however many cases share it."""


@dataclass(frozen=True, slots=True)
class _Everywhere:
    client_id: int
    queue_slug: str = ""
    tier: int = 1


@transaction.atomic
def set_queue_asks(*, queue: Queue, skills: Mapping[str, int], push: bool, actor: Actor) -> int:
    """What every case of `queue` asks for, and whether the desk offers its cases by itself; how many cases changed.

    Queues serve every client: NotAllowed unless `actor` may edit everywhere. Invalid for a skill there is not.
    """
    scopes = scopes_of(actor, Capability.SLA_EDIT)
    if actor is not None and not any(scope.client is None and scope.queues is None for scope in scopes):
        raise NotAllowed("Queues serve every client: only somebody who edits the whole desk changes them.")
    skills = _checked(skills)
    before = Queue.objects.select_for_update(of=("self",)).get(pk=queue.pk)
    Queue.objects.filter(pk=queue.pk).update(skills=skills, push=push)
    was, now = {"asks": before.skills, "push": before.push}, {"asks": skills, "push": push}
    if was == now:
        return 0
    record(
        stream_of("queue", queue.pk),
        kind=EventKind.QUEUE_CHANGED,
        actor=actor,
        queue=queue.slug,
        before=was,
        after=now,
    )
    return _carry(queue=queue.pk)


@transaction.atomic
def set_type_asks(*, case_type: CaseType, skills: Mapping[str, int], effort: int, actor: Actor) -> int:
    """What every case of this type asks for and how many work units it takes; how many open cases changed."""
    if not can(actor, Capability.SLA_EDIT, _Everywhere(case_type.client_id)):
        raise NotAllowed("You may not change the case types of this client.")
    if not 1 <= effort <= MOST_EFFORT:
        raise Invalid("That is no effort.", {"effort": f"From 1 to {MOST_EFFORT} work units."})
    skills = _checked(skills)
    before = CaseType.objects.select_for_update(of=("self",)).get(pk=case_type.pk)
    CaseType.objects.filter(pk=case_type.pk).update(skills=skills, effort=effort)
    was, now = {"asks": before.skills, "effort": before.effort}, {"asks": skills, "effort": effort}
    if was == now:
        return 0
    record(
        stream_of("case_type", case_type.pk), kind=EventKind.SKILL_CHANGED, actor=actor, case_type=case_type.slug,
        client=case_type.client_id, before=was, after=now,
    )  # fmt: skip
    return _carry(case_type=case_type.pk)


@transaction.atomic
def set_category_asks(*, case_type: CaseType, category: str, skills: Mapping[str, int], actor: Actor) -> int:
    """What cases of this type ask for besides, when triage finds that category (R036); how many open cases changed.

    NotAllowed as for the type; Invalid for a skill there is not, and for a category that the type does not know, unless
    something was asked for it before and now nothing is.
    """
    if not can(actor, Capability.SLA_EDIT, _Everywhere(case_type.client_id)):
        raise NotAllowed("You may not change the case types of this client.")
    skills = _checked(skills)
    before = CaseType.objects.select_for_update(of=("self",)).get(pk=case_type.pk)
    if category not in before.labels and (skills or category not in before.category_skills):
        raise Invalid("There is no such category.", {"category": "The type does not know it."})
    was: dict[str, int] = before.category_skills.get(category, {})
    if was == skills:
        return 0
    kept = {name: asks for name, asks in before.category_skills.items() if name != category}
    kept |= {category: skills} if skills else {}
    CaseType.objects.filter(pk=case_type.pk).update(category_skills=kept)
    record(
        stream_of("case_type", case_type.pk), kind=EventKind.SKILL_CHANGED, actor=actor, case_type=case_type.slug,
        client=case_type.client_id, category=category, before={"asks": was}, after={"asks": skills},
    )  # fmt: skip
    return _carry(case_type=case_type.pk)


def _checked(skills: Mapping[str, int]) -> dict[str, int]:
    wanted = {slug: level for slug, level in sorted(skills.items()) if level}
    known = set(Skill.objects.filter(slug__in=wanted).values_list("slug", flat=True))
    errors = {f"skill.{slug}": "There is no such skill." for slug in wanted if slug not in known}
    errors |= {
        f"skill.{slug}": "Choose a level." for slug, level in wanted.items() if level not in Level.values
    }
    if errors:
        raise Invalid("Some skills cannot be asked for.", errors)
    return wanted


def _carry(*, queue: int = 0, case_type: int = 0) -> int:
    given: dict[str, Any] = {
        "states": [str(one) for one in AWAITING_HUMAN],
        "queue": queue,
        "type": case_type,
    }
    with connection.cursor() as cursor:
        cursor.execute(ANEW, given)
        return int(cursor.rowcount)
