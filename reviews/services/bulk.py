"""Moving many cases at once (R108): row by row, each in a transaction with a result and an event of its own.

A few are moved at once; many become due work, a batch at a time, so that no request and no lock lasts long.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from accounts.choices import Capability, EventKind
from accounts.errors import DomainError
from accounts.grants import person_with_grants
from accounts.models import User
from accounts.permissions import can
from escalations.choices import OfferOutcome
from escalations.errors import NotAllowed
from escalations.models import Case, Job, Offer, Queue
from escalations.services import due
from escalations.transitions import move
from reviews.models import BulkMove, BulkRow
from reviews.services.moving import assign_case, move_case

AT_ONCE = 200
"""Up to so many rows are moved in the request itself."""

BATCH = 50
SLICE = 6  # batches a job
KIND = "bulk_move"

Outcome = BulkRow.Outcome


def begin_move(
    *, rows: Iterable[tuple[Case, User | None]], queue: Queue | None, person: User | None, actor: User
) -> BulkMove:
    """Move `rows` (a case and whom it goes to, or None for `queue`). Answers the move, done or under way."""
    to = BulkMove.To.QUEUE if queue else BulkMove.To.PERSON if person else BulkMove.To.LEAST
    with transaction.atomic():
        bulk = BulkMove.objects.create(actor=actor, to=to, queue=queue, person=person)
        made = BulkRow.objects.bulk_create(
            BulkRow(bulk=bulk, case=case, person=whom, before_id=case.queue_id) for case, whom in rows
        )
        if len(made) > AT_ONCE:
            due.enqueue(KIND, key=str(bulk.pk), payload={"bulk": str(bulk.pk)})
    if len(made) <= AT_ONCE:
        while move_some(bulk=bulk, actor=actor):
            pass
    return bulk


def carry_on(job: Job) -> None:
    """The next slice of a large move; what is left is due again at once. Whoever began it needs the right still."""
    bulk = BulkMove.objects.get(pk=UUID(job.payload["bulk"]))
    actor = person_with_grants(bulk.actor_id)
    more = actor is not None
    for _ in range(SLICE):
        more = more and actor is not None and move_some(bulk=bulk, actor=actor)
    with transaction.atomic():
        if actor is None:
            bulk.rows.filter(outcome=Outcome.OPEN).update(
                outcome=Outcome.REFUSED, said="Whoever moved it has left."
            )
            BulkMove.objects.filter(pk=bulk.pk).update(ended_at=Now())
        due.finish(job)
        if more:
            due.enqueue(KIND, key=job.key, payload=job.payload)


def give_up(job: Job) -> None:
    """The work died: say so on every row that was not reached."""
    rows = BulkRow.objects.filter(bulk=job.payload["bulk"], outcome=Outcome.OPEN)
    rows.update(outcome=Outcome.REFUSED, said="It could not be done. Try again.")
    BulkMove.objects.filter(pk=job.payload["bulk"]).update(ended_at=Now())


def move_some(*, bulk: BulkMove, actor: User) -> bool:
    """Move the next few rows, each in a transaction of its own: none holds the locks of another. False when done."""
    return all(_move_next(bulk, actor) for _ in range(BATCH))


@transaction.atomic
def _move_next(bulk: BulkMove, actor: User) -> bool:
    """One row that nobody else is at; two workers take different ones. Whoever finds none left ends the move."""
    open_ = bulk.rows.filter(outcome=Outcome.OPEN).order_by("pk")
    row = open_.select_for_update(skip_locked=True, of=("self",)).select_related("person").first()
    if row is not None:
        _move_one(bulk, row, actor)
    elif not open_.exists():
        BulkMove.objects.filter(pk=bulk.pk, ended_at=None).update(ended_at=Now())
    return row is not None


def _move_one(bulk: BulkMove, row: BulkRow, actor: User) -> None:
    case = Case.objects.select_related("queue", "client", "case_type", "holder").get(pk=row.case_id)
    row.outcome, row.said = Outcome.DONE, ""
    try:
        with transaction.atomic():
            if bulk.queue is not None:
                move_case(case=case, queue=bulk.queue, actor=actor)
            elif row.person is not None:
                to = person_with_grants(row.person_id)
                assign_case(case=case, to=to or row.person, actor=actor)
    except DomainError as refused:
        row.outcome, row.said = Outcome.REFUSED, refused.message[:300]
    row.version = Case.objects.values_list("version", flat=True).get(pk=row.case_id)
    row.save(update_fields=["outcome", "said", "version"])


def undo_move(*, bulk: BulkMove, actor: User) -> int:
    """Put back what nothing has happened to since; how many. Rows that have moved on stay as they are, and say so."""
    put_back = 0
    for row in (
        bulk.rows.filter(outcome=Outcome.DONE)
        .select_related("case__queue", "before", "person")
        .order_by("pk")
    ):
        with transaction.atomic():
            put_back += _put_back(bulk, row, actor)
    return put_back


def _put_back(bulk: BulkMove, row: BulkRow, actor: User) -> bool:
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("queue", "client", "case_type")
        .get(pk=row.case_id)
    )
    row.outcome, row.said = Outcome.UNDONE, ""
    if case.version != row.version:
        row.outcome, row.said = Outcome.KEPT, "It has moved on since."
    else:
        try:
            with transaction.atomic():
                if bulk.queue is not None and row.before is not None:
                    move_case(case=case, queue=row.before, actor=actor)
                else:
                    withdraw_assignment(case=case, actor=actor)
        except DomainError as refused:
            row.outcome, row.said = Outcome.KEPT, refused.message[:300]
    row.save(update_fields=["outcome", "said"])
    return row.outcome == Outcome.UNDONE


@transaction.atomic
def withdraw_assignment(*, case: Case, actor: User) -> None:
    """End the offer by which a case is kept for somebody: it waits for everybody again. Stale when it was opened."""
    if not (verdict := can(actor, Capability.CASE_ASSIGN, case)):
        raise NotAllowed(f"You may not assign {case.ref}: {verdict.rule}.")
    Offer.objects.filter(case=case, outcome="").update(outcome=OfferOutcome.MOOT, ended_at=Now())
    kept = Case.objects.filter(pk=case.pk, version=case.version, reserved_by__isnull=False)
    move(
        kept, EventKind.CASE_OFFER_LAPSED, actor=actor, data={"from": case.reserved_by_id},
        reserved_by=None, reserved_until=None,
    )  # fmt: skip
