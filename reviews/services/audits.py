"""Reading audits blind: the next one for a reader, their answer, giving one back (R087)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.choices import Capability, EventKind
from accounts.ledger import canonical, commitment, new_salt, record
from accounts.models import User
from accounts.permissions import can, reach
from escalations.auditing import Answer, differences
from escalations.choices import AuditRole, AuditState
from escalations.errors import Conflict, Invalid, NotAllowed, NotVisible
from escalations.models import AuditAnswer, AuditItem, AuditSkip
from escalations.selectors.audits import answer_of_ai, clean_of, had_a_hand, required_of
from reviews.choices import AuditSkipReason
from reviews.selectors.audits.options import options_of
from reviews.services.concluding import conclude

LEASE = timedelta(minutes=30)
"""How long an opened audit is kept for its reader."""

NEVER = timedelta(days=36_500)
"""An audit that somebody gave back is never theirs again: the case is there for them from then on."""
LEFT = "left"
"""Why it is not, where they left it open and another reader took it."""

TO_READ = (AuditState.OPEN, AuditState.SECOND)
WHERE = {"client": "case__client_id", "queue": "case__queue__slug", "tier": "case__tier"}
AROUND = ("draw__decision", "case", "case__queue", "case_type")
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader says is right. `values` by the names of the type's required fields, "" for "not stated"."""

    category: str
    action: str
    disposition: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def waiting_for(actor: User) -> QuerySet[AuditItem]:
    """Audits that `actor` may read now: within their reach, free, not answered or given back by them, and about no
    case that they had a hand in. Second readings first, then the oldest.
    """
    mine = reach(actor, Capability.QUALITY_REVIEW, **WHERE)
    free = Q(holder=None) | Q(holder=actor) | Q(lease_until__lte=Now())
    items = clean_of(AuditItem.objects.filter(mine, free, state__in=TO_READ), actor)
    skipped = AuditSkip.objects.filter(user=actor, until__gt=Now()).values("item")
    answered = AuditAnswer.objects.filter(user=actor).values("item")
    return items.exclude(pk__in=skipped).exclude(pk__in=answered).order_by("-state", "created_at", "pk")


@transaction.atomic
def take_next(actor: User) -> AuditItem | None:
    """The audit that `actor` has open, or the next one, kept for them for half an hour; None when nothing waits.

    One that they left open stays theirs until somebody else takes it, and is not there for them until then. After that
    they never read it: they know whose case it is, and could have looked.
    """
    waiting = waiting_for(actor).select_for_update(skip_locked=True, of=("self",))
    item = waiting.filter(holder=actor).first() or waiting.first()
    if item is None:
        return None
    if item.holder_id not in (None, actor.pk):
        AuditSkip.objects.create(item=item, user_id=item.holder_id, reason=LEFT, until=Now() + NEVER)
    AuditItem.objects.filter(pk=item.pk).update(holder=actor, lease_until=Now() + LEASE)
    return item


@transaction.atomic
def answer_item(*, item_id: UUID, actor: User, given: Reading, key: str = "") -> AuditAnswer:
    """Keep what `actor` found, and conclude the audit if that settles it. Sent twice, it is the same answer.

    NotVisible when the audit is not theirs to read, NotAllowed when they had a hand in the case, Conflict when it went
    to somebody else or they have answered otherwise, Invalid with messages by field.
    """
    item = _locked(item_id)
    if (mine := AuditAnswer.objects.filter(item=item, user=actor).first()) is not None:
        if key and mine.key == key:
            return mine
        raise Conflict("You have answered this audit already.")
    _may_read(item, actor)
    if problems := _problems(item, given):
        raise Invalid("The answer is not complete.", problems)
    role = AuditRole.FIRST if item.state == AuditState.OPEN else AuditRole.SECOND
    said = Answer(
        given.category, given.action, {name: given.values[name] for name in required_of(item.case_type)}
    )
    made = keep_answer(item, actor, role, given, said, key=key)
    conclude(item)
    return made


def keep_answer(
    item: AuditItem, actor: User, role: AuditRole, given: Reading, said: Answer, *, key: str = ""
) -> AuditAnswer:
    """Write the answer and its line in the case's trail; texts stand there as commitments."""
    differs = differences(said, answer_of_ai(item))
    made = AuditAnswer.objects.create(
        item=item, role=role, user=actor, category=said.category, action=said.action, disposition=given.disposition,
        values=dict(said.values), note=given.note, salt=new_salt(), agrees=not differs, differs_in=list(differs),
        key=key[:80],
    )  # fmt: skip
    texts = {"note": given.note, "values": canonical(said.values).decode() if said.values else ""}
    kind = EventKind.AUDIT_ADJUDICATED if role == AuditRole.ADJUDICATOR else EventKind.AUDIT_ANSWERED
    record(
        item.case_id, kind=kind, actor=actor, version=item.case.version, item=item.pk, role=role,
        agrees=not differs, differs_in=list(differs),
        commitments={name: commitment(bytes(made.salt), text) for name, text in texts.items() if text},
    )  # fmt: skip
    return made


@transaction.atomic
def skip_item(*, item_id: UUID, actor: User, reason: str) -> None:
    """Give an audit back unread. Invalid without a reason; Conflict when they do not have it."""
    item = _locked(item_id)
    if reason not in AuditSkipReason.values:
        raise Invalid("Say why you pass it on.", {"reason": "Say why you pass it on."})
    if item.holder_id != actor.pk or item.state not in TO_READ:
        raise Conflict("You do not have this audit any more.")
    AuditSkip.objects.create(item=item, user=actor, reason=reason, until=Now() + NEVER)
    AuditItem.objects.filter(pk=item.pk).update(holder=None, lease_until=None)


def _locked(item_id: UUID) -> AuditItem:
    items = AuditItem.objects.select_for_update(of=("self",)).select_related(*AROUND)
    if (item := items.filter(pk=item_id).first()) is None:
        raise NotVisible("There is no such audit.")
    return item


def _may_read(item: AuditItem, actor: User) -> None:
    if not can(actor, Capability.QUALITY_REVIEW, item.case):
        raise NotVisible("There is no such audit.")
    if had_a_hand(actor, item.case):
        raise NotAllowed("You had a hand in this case: somebody else audits it.")
    if item.state not in TO_READ or item.holder_id != actor.pk:
        raise Conflict("This audit went to somebody else.")


def _problems(item: AuditItem, given: Reading) -> dict[str, str]:
    options = options_of(item.case_type)
    found = {}
    if given.category not in _codes(options.categories):
        found["category"] = "Choose what the customer wants."
    if given.action not in _codes(options.actions):
        found["action"] = "Choose what is to be done."
    if options.dispositions and given.disposition not in _codes(options.dispositions):
        found["disposition"] = "Choose how the case ends."
    for name in required_of(item.case_type):
        if name not in given.values or len(given.values[name]) > LONGEST:
            found[f"v.{name}"] = "Fill it in, or leave it empty where the source does not say."
    return found


def _codes(options: Collection[tuple[str, str]]) -> set[str]:
    return {code for code, _ in options}
