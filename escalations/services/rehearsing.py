"""Rehearsals: a policy replayed over past cases, in chunks that any worker may take. Nothing outside its own rows
changes; a chunk is one transaction, so that a rehearsal goes on after a crash and stops within a chunk when told to.
"""

import json
import time
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.db.models.functions import Now

from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.models import Client, User
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import (
    CaseType,
    Job,
    PolicyDraft,
    PolicyVersion,
    Rehearsal,
    RehearsalChunk,
)
from escalations.permissions import may_everywhere
from escalations.policy.document import PolicyDocument
from escalations.rehearsal import Sums, restored
from escalations.selectors.pasts import WINDOW, Desk, minutes_in_hand, pasts, window_of
from escalations.selectors.policy import live_policy
from escalations.selectors.releases import TOUCHES, standing_of
from escalations.services import due
from escalations.services.policies import checked
from escalations.services.replaying import CannotReplay, Move, Sides
from escalations.services.waiting_policies import tell_approvers

KIND = "rehearse"
CHUNK = 500
LANES = 2  # jobs at once: so many workers, and no more, are kept from cases
SLICE = 1.5  # seconds a job goes on before it lets others take their turn
LONGEST = timedelta(days=400)
BEHIND = 300
"""The priority of the work: after everything that a case waits for."""


CHUNKS = f"""
INSERT INTO escalations_rehearsalchunk (rehearsal_id, number, first, last, cases)
SELECT %(rehearsal)s, n, (array_agg(id ORDER BY id))[1], (array_agg(id ORDER BY id DESC))[1], count(*) FROM (
  SELECT c.id, (row_number() OVER (ORDER BY c.id) - 1) / %(size)s AS n {WINDOW}
) numbered GROUP BY n
"""  # noqa: S608  WINDOW is ours


MOVES = "COPY escalations_rehearsedmove (rehearsal_id, case_id, kind, old, new, outcome) FROM STDIN"


def begin_rehearsal(
    *, draft: PolicyDraft, actor: User, since: datetime, until: datetime, client: Client | None = None,
    case_type: CaseType | None = None,
) -> Rehearsal:  # fmt: skip
    """Replay the draft over the cases that came in from `since` to `until` (at most 400 days), beside its base.

    Conflict while another one of the draft runs, or when it has errors or was overtaken.
    """
    if not may_everywhere(actor, *TOUCHES):
        raise NotAllowed("You may not rehearse policy.")
    found = PolicyDraft.objects.select_related("base").get(pk=draft.pk)
    standing = standing_of(found, live_policy())
    if not standing.open:
        raise Conflict("The draft is closed.")
    if standing.overtaken:
        raise Conflict("Another version went live since: bring the draft up to date first.")
    if standing.errors:
        raise Conflict("A draft with errors cannot be rehearsed: put them right first.")
    return rehearse(
        document=checked(found.document), base=found.base, since=since, until=until, by=actor, client=client,
        case_type=case_type, draft=found,
    )  # fmt: skip


def rehearse(
    *, document: PolicyDocument, base: PolicyVersion, since: datetime, until: datetime, by: User | None,
    client: Client | None = None, case_type: CaseType | None = None, draft: PolicyDraft | None = None,
) -> Rehearsal:  # fmt: skip
    """Begin a rehearsal of any document beside a version; a draft's own, or one that a proposed rule hangs on.

    Invalid for a window without length or longer than 400 days, or a type of another client.
    """
    if not since < until or until - since > LONGEST:
        raise Invalid("Not begun.", {"until": "The end comes after the beginning, at most 400 days."})
    if case_type is not None and client is not None and case_type.client_id != client.pk:
        raise Invalid("Not begun.", {"case_type": "That type is another client's."})
    try:
        with transaction.atomic():
            made = Rehearsal.objects.create(
                draft=draft, document=document.data, digest=document.version_hash, base=base, client=client,
                case_type=case_type, since=since, until=until, by=by,
            )  # fmt: skip
            due.enqueue(KIND, key=f"{made.pk}:count", priority=BEHIND, payload={"rehearsal": made.pk})
    except IntegrityError as error:
        raise Conflict("A rehearsal of this draft is running: wait for it, or stop it.") from error
    return made


def cancel_rehearsal(*, rehearsal: Rehearsal, actor: User) -> bool:
    """Stop it; what is done stays. False when it was over already."""
    if not may_everywhere(actor, *TOUCHES):
        raise NotAllowed("You may not stop rehearsals.")
    running = Rehearsal.objects.filter(pk=rehearsal.pk, state=Rehearsal.State.RUNNING)
    return bool(running.update(state=Rehearsal.State.CANCELLED, finished_at=Now()))


def resume_rehearsal(*, rehearsal: Rehearsal, actor: User) -> None:
    """Go on where it was stopped. Conflict when it runs or is done, or another one of the draft runs."""
    if not may_everywhere(actor, *TOUCHES):
        raise NotAllowed("You may not rehearse policy.")
    stopped = Rehearsal.objects.filter(
        pk=rehearsal.pk, state__in=[Rehearsal.State.CANCELLED, Rehearsal.State.FAILED]
    )
    try:
        with transaction.atomic():
            if not stopped.update(state=Rehearsal.State.RUNNING, finished_at=None, error=""):
                raise Conflict("It is not stopped.")
            _spread(Rehearsal.objects.get(pk=rehearsal.pk))
    except IntegrityError as error:
        raise Conflict("Another rehearsal of this draft is running.") from error


def carry_on(job: Job) -> None:
    """A slice of a rehearsal: count its cases first, then chunk after chunk. Finishes the job, and begins the next."""
    rehearsal = Rehearsal.objects.select_related("base").get(pk=job.payload["rehearsal"])
    more = False
    if rehearsal.state == Rehearsal.State.RUNNING and rehearsal.cases is not None:
        more = _slice(rehearsal, time.monotonic() + SLICE)
    with transaction.atomic():
        due.finish(job)
        if rehearsal.state == Rehearsal.State.RUNNING and rehearsal.cases is None:
            _count(rehearsal)
        elif more:
            due.enqueue(KIND, key=job.key, priority=BEHIND, payload=job.payload)


def give_up(job: Job) -> None:
    """The work died: say so."""
    _fail(job.payload["rehearsal"], "The work was given up: it failed again and again.")


def _count(rehearsal: Rehearsal) -> None:
    """Cut the window into chunks."""
    with connection.cursor() as cursor:
        cursor.execute(CHUNKS, {**window_of(rehearsal), "rehearsal": rehearsal.pk, "size": CHUNK})
    rehearsal.cases = rehearsal.chunks.aggregate(n=Sum("cases"))["n"] or 0
    rehearsal.save(update_fields=["cases"])
    _spread(rehearsal)


def _spread(rehearsal: Rehearsal) -> None:
    """As many jobs as there are lanes; the first of them counts, where that is not done."""
    if rehearsal.cases is None:
        due.enqueue(KIND, key=f"{rehearsal.pk}:count", priority=BEHIND, payload={"rehearsal": rehearsal.pk})
        return
    for lane in range(LANES):
        due.enqueue(KIND, key=f"{rehearsal.pk}:{lane}", priority=BEHIND, payload={"rehearsal": rehearsal.pk})


def _slice(rehearsal: Rehearsal, until: float) -> bool:
    """Do chunks until the time is up; whether any is left."""
    desk, sides = Desk(), Sides(rehearsal)
    while time.monotonic() < until:
        try:
            if not _one_chunk(rehearsal, desk, sides):
                return False
        except CannotReplay as broken:
            _fail(rehearsal.pk, str(broken))
            return False
    return True


@transaction.atomic
def _one_chunk(rehearsal: Rehearsal, desk: Desk, sides: Sides) -> bool:
    """The next chunk that nobody else is at. Whoever finds none left adds the sums up. False: no more to do here."""
    if not Rehearsal.objects.filter(pk=rehearsal.pk, state=Rehearsal.State.RUNNING).exists():
        return False
    to_do = RehearsalChunk.objects.filter(rehearsal=rehearsal, results__isnull=True).order_by("number")
    chunk = to_do.select_for_update(skip_locked=True).first()
    if chunk is None:
        if not to_do.exists():
            _conclude(rehearsal)
        return False
    sums = Sums()
    cases = pasts(rehearsal, chunk.first, chunk.last, desk)
    _write(rehearsal, [move for case in cases if (move := sides.replayed(case, sums)) is not None])
    chunk.results = sums.stored()
    chunk.save(update_fields=["results"])
    return True


def _write(rehearsal: Rehearsal, moves: list[Move]) -> None:
    """Keep the cases that move: a tenth of the time that the same rows take one by one."""
    if not moves:
        return
    with connection.cursor() as cursor, cursor.copy(MOVES) as rows:
        for move in moves:
            old, new = json.dumps(move.old.stored()), json.dumps(move.new.stored())
            rows.write_row((rehearsal.pk, move.case, move.kind, old, new, move.outcome))


def _conclude(rehearsal: Rehearsal) -> None:
    """Add the chunks up, once."""
    row = Rehearsal.objects.select_for_update(of=("self",)).select_related("by", "base").get(pk=rehearsal.pk)
    if row.state != Rehearsal.State.RUNNING:
        return
    sums = Sums()
    for results in row.chunks.values_list("results", flat=True).iterator():
        sums.merge(restored(results or {}))
    row.results = {**sums.stored(), "hand": minutes_in_hand(row)}
    row.state = Rehearsal.State.DONE
    Rehearsal.objects.filter(pk=row.pk).update(
        results=row.results, state=row.state, finished_at=Now(), cases=sums.cases + sums.left_out
    )
    if row.draft_id is not None:
        record(
            stream_of("policy-draft", row.draft_id), kind=EventKind.POLICY_REHEARSED, actor=row.by, draft=row.draft_id,
            digest=row.digest, base=row.base.number, rehearsal=row.pk, cases=sums.cases, moves=dict(sums.moves),
            since=row.since.isoformat(), until=row.until.isoformat(), client=row.client_id, case_type=row.case_type_id,
        )  # fmt: skip
        tell_approvers(row)


def _fail(pk: int, said: str) -> None:
    Rehearsal.objects.filter(pk=pk, state=Rehearsal.State.RUNNING).update(
        state=Rehearsal.State.FAILED, error=said[:200], finished_at=Now()
    )
