"""Where a case may be planted now, out of what, and what is known of those that were (R094)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet, Sum

from accounts.choices import ActorKind
from escalations.choices import FINAL_VERBS, CaseState, PlantOutcome, ReasonCode, Severity
from escalations.models import Backlog, Case, Decision, Plant, Queue, Vigilance, real
from escalations.planting import KEPT, due_after
from escalations.selectors.promises import calendar_version, promises

LOOK_BACK = timedelta(days=1)
"""Decisions longer ago are no longer counted: an idle desk does not save up planted cases."""
OLD, OLDEST = timedelta(days=1), timedelta(days=90)
"""How long ago a case ended of which a copy is planted: nobody has it in mind any more, and work was then as it is."""
CANDIDATES = 200
MET = [PlantOutcome.CAUGHT, PlantOutcome.PASSED, PlantOutcome.MISSED]
"""Ends in which somebody who could not know had the wrong suggestion before them."""
TELLING = [ReasonCode.MANUAL_FLAG.value, ReasonCode.RANDOM_AUDIT.value, ReasonCode.REPEATED_ERROR.value]
"""Reasons that name what happened to that one case."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A queue in which a case of a client may be planted now."""

    client: int
    queue: Queue


def due_spots(now: datetime) -> Iterator[Spot]:
    """Where the agreed rate asks for a planted case: one at a time in a queue, never in one that is crowded.

    Counted are people's final decisions since the last one planted there, or since the rate was agreed.
    """
    for agreed in Vigilance.objects.filter(plant_rate__gt=0, client__is_active=True):
        waiting = waiting_in(agreed.client_id)
        for queue, made in _decided(agreed, now):
            of_place = Plant.objects.filter(client=agreed.client_id, queue=queue)
            if of_place.filter(outcome=PlantOutcome.OPEN).exists() or _crowded(waiting.get(queue.pk, 0)):
                continue
            place = f"{agreed.client_id}:{queue.pk}:{of_place.count()}"
            if made >= due_after(settings.SECRET_KEY, place, agreed.plant_rate):
                yield Spot(agreed.client_id, queue)


def _decided(agreed: Vigilance, now: datetime) -> list[tuple[Queue, int]]:
    """The queues in which people decided cases of the client since the last was planted, and how many."""
    last = dict(
        Plant.objects.filter(client=agreed.client_id).order_by().values_list("queue").annotate(Max("made_at"))
    )
    since = max(agreed.changed_at, now - LOOK_BACK)
    mine = Decision.objects.filter(
        real("case"), pk__gte=first_id(since), actor_kind=ActorKind.HUMAN, verb__in=FINAL_VERBS,
        case__client=agreed.client_id, case__queue__isnull=False,
    ).exclude(standing=Decision.Standing.UNDONE)  # fmt: skip
    found = []
    for queue in Queue.objects.filter(pk__in=mine.order_by().values("case__queue")):
        begun = max(since, last.get(queue.pk, since))
        found.append((queue, mine.filter(case__queue=queue, created_at__gt=begun).count()))
    return found


def first_id(moment: datetime) -> UUID:
    """The smallest id that a row made then can have: they begin with milliseconds (UUID version 7)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def waiting_in(client: int) -> dict[int, int]:
    """How many cases of the client wait, by queue."""
    rows = Backlog.objects.filter(client=client, state=CaseState.QUEUED).order_by().values_list("queue")
    return dict(rows.annotate(n=Sum("n")))


def _crowded(waiting: int) -> bool:
    return waiting > int(settings.HANDRAIL_PLANT_BACKLOG)


def crowded_places() -> Q:
    """Planted cases in queues that are crowded by now."""
    found = Q(pk__in=[])
    for client in Plant.objects.filter(outcome=PlantOutcome.OPEN).values_list("client", flat=True).distinct():
        full = [queue for queue, n in waiting_in(client).items() if _crowded(n)]
        found |= Q(client=client, queue__in=full)
    return found


def finished_cases(spot: Spot, now: datetime) -> QuerySet[Case]:
    """The newest finished cases of a queue of which a copy could be planted, each with its last decision to be looked
    at: ended by a person who let the AI's suggestion stand, but for what they corrected; never critical; no department
    and no audit had a part in it; none is planted twice.
    """
    ended = Case.objects.filter(
        real(), client=spot.client, queue=spot.queue, state=CaseState.CLOSED, closed_at__lte=now - OLD,
        closed_at__gte=now - OLDEST, severity__gt=Severity.CRITICAL, routing__isnull=False, triage__isnull=False,
        subtasks_open=0, overseer__isnull=True, plants__isnull=True,
    )  # fmt: skip
    return (
        ended.exclude(reason_codes__overlap=TELLING)
        .filter(handoff__isnull=False, case_type__is_active=True)
        .select_related("client", "case_type", "agent", "handoff", "routing", "triage", "queue")
        .order_by("-closed_at")
    )


def last_word(case: Case) -> Decision | None:
    """The decision that ended the case, if a person let what the AI proposed be carried out and it was the only one."""
    made = list(Decision.objects.filter(case=case).exclude(standing=Decision.Standing.UNDONE)[:2])
    final = [one for one in made if one.verb in FINAL_VERBS]
    if len(final) != 1 or final[0].verb not in KEPT or final[0].standing != Decision.Standing.FINAL:
        return None
    return final[0]


def at_work(case: Case, now: datetime) -> bool:
    """Does the desk work at this time, by the calendar under which such a case is promised?"""
    in_force = promises()
    if not in_force.complete:
        return True
    policy = in_force.policy_for(case.client_id, case.case_type_id, case.severity)
    calendar = calendar_version(in_force.calendar_for(policy).pk)
    return calendar.between(now, now + timedelta(minutes=1)) > timedelta(0)


def who_knew(case: Case) -> list[int]:
    """The people who decided it, whatever became of that."""
    made = Decision.objects.filter(case=case, user__isnull=False).order_by()
    return list(made.values_list("user", flat=True).distinct())


def outcomes_of(plants: QuerySet[Plant]) -> dict[int, tuple[int, int]]:
    """(met, missed) by who decided them; those not counted are in neither.

    What was passed on was met and not missed: a rubber stamp is a wrong suggestion that somebody let be carried out,
    and whoever sends it up, back or out with a question did not. Left out, those who pass on what looks wrong to them
    would be measured by what does not. That all is passed on without a look shows elsewhere, in how many are.
    """
    counted = plants.filter(outcome__in=MET).order_by()
    rows = counted.values_list("decided_by").annotate(
        n=Count("pk"), missed=Count("pk", filter=Q(outcome=PlantOutcome.MISSED))
    )
    return {user: (n, missed) for user, n, missed in rows}
