"""Finding cases. Every door that shows one goes through `visible_cases` or `case_for`."""

import re
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from accounts.actors import Actor
from escalations.choices import CHECKPOINTS, Entry, ReasonCode
from escalations.errors import NotVisible
from escalations.models import Case
from escalations.permissions import seen_by

M = TypeVar("M", bound=Model)

_REF = re.compile(r"[A-Z0-9]{1,6}-\d{1,15}")


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """The cases that `actor` may open: a person by their grants, an AI agent its own, the system all."""
    return Case.objects.filter(seen_by(actor))


def case_for(actor: Actor, ref_or_id: str | UUID, among: QuerySet[Case] | None = None) -> Case:
    """The case of that reference or id. NotVisible when there is none, or none for their eyes: told alike.

    `among` is a queryset of cases to look in, such as one with `select_related`.
    """
    cases = (Case.objects.all() if among is None else among).filter(seen_by(actor))
    found = cases.filter(**named(ref_or_id)).first()
    if found is None:
        raise NotVisible("There is no such case.")
    return found


def below_confidence(cases: QuerySet[M], limit: float) -> QuerySet[M]:
    """Cases, or rows of those that wait, that triage is less sure of than `limit`, or could not judge at all (R028)."""
    return cases.filter(confidence__lt=limit) | cases.filter(confidence__isnull=True, triage__isnull=False)


def through(cases: QuerySet[M], entry: str) -> QuerySet[M]:
    """Cases that came by one of the three doors (R093): drawn for an audit that found them wrong; else at a key
    decision; else as an exception.
    """
    audited = Q(reason_codes__contains=[ReasonCode.RANDOM_AUDIT.value])
    decided = Q(reason_codes__overlap=[code.value for code in CHECKPOINTS])
    doors = {Entry.AUDIT: audited, Entry.CHECKPOINT: decided & ~audited, Entry.EXCEPTION: ~decided & ~audited}
    return cases.filter(doors[Entry(entry)])


def named(ref_or_id: str | UUID) -> dict[str, str | UUID]:
    """The column and the value that this reference or id means; NotVisible when it can be neither."""
    if isinstance(ref_or_id, UUID):
        return {"pk": ref_or_id}
    text = ref_or_id.strip()
    if _REF.fullmatch(text.upper()):
        return {"ref": text.upper()}
    try:
        return {"pk": UUID(text)}
    except ValueError:
        raise NotVisible("There is no such case.") from None
