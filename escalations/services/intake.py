"""Receiving a case: everything it comes with is kept, or nothing is (safety P1, P2)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, F, Func, OuterRef, Subquery, Value

from accounts.choices import Capability
from accounts.models import AIAgent
from accounts.permissions import can
from accounts.services.roles import Place
from escalations.errors import BadRequest, Invalid, NotAllowed
from escalations.models import ApiRequest, Case, CaseType
from escalations.services.nudging import nudge
from escalations.services.receiving import write_case


@dataclass(frozen=True, slots=True)
class Received:
    """The case of a request, and whether this request made it."""

    case: Case
    created: bool


def receive_case(*, agent: AIAgent, key: str, body: Mapping[str, Any]) -> Received:
    """Keep a checked body as a new case that waits for triage, or find the case it made before.

    The same `key` with the same body, and the same `external_id` of the client, give the first case (R001).
    Invalid (422): the key with another body. BadRequest: no such case type. NotAllowed: not this agent's to post.
    """
    digest = digest_of(body)
    for _ in range(2):
        case_type = _look_up(agent, key, body)
        if case_type is None:
            return _without_type(agent, key, digest, body)
        if known := _known(case_type.__dict__["keyed"], case_type.__dict__["keyed_digest"], digest):
            return Received(known, created=False)
        if first := case_type.__dict__["first"]:
            return _first_of(agent, key, digest, first)
        _may_post(agent, case_type)
        try:
            with transaction.atomic():
                case = write_case(agent=agent, case_type=case_type, key=key, digest=digest, body=body)
                transaction.on_commit(nudge)
            return Received(case, created=True)
        except IntegrityError as error:  # somebody posted the same at the same moment: look again
            lost = error
    raise lost


def digest_of(body: Mapping[str, Any]) -> str:
    """SHA-256 of a body: equal for the same values in any order of keys."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _look_up(agent: AIAgent, key: str, body: Mapping[str, Any]) -> CaseType | None:
    """The case type with all that decides whether this is new, and the numbers a new case takes: one statement."""
    used = ApiRequest.objects.filter(agent=agent, key=key)
    first = Case.objects.filter(client=OuterRef("client"), external_id=body["external_id"])
    return (
        CaseType.objects.filter(client_id=agent.client_id, slug=body["case_type"], is_active=True)
        .annotate(
            keyed=Subquery(used.values("case")),
            keyed_digest=Subquery(used.values("body_hash")),
            first=Subquery(first.values("pk")),
            number=_next("case_number_seq"),
            handoff_number=_next("escalations_handoff_id_seq"),
            prefix=F("client__prefix"),
        )
        .first()
    )


def numbered(case_type: CaseType) -> CaseType:
    """A case type with the numbers that its next case takes, as `write_case` wants it."""
    return CaseType.objects.annotate(
        number=_next("case_number_seq"),
        handoff_number=_next("escalations_handoff_id_seq"),
        prefix=F("client__prefix"),
    ).get(pk=case_type.pk)


def _next(sequence: str) -> Func:
    return Func(Value(sequence), function="nextval", output_field=BigIntegerField())


def _known(case_id: UUID | None, digest: str | None, now: str) -> Case | None:
    if case_id is None:
        return None
    if digest != now:
        raise Invalid("This Idempotency-Key was used with another body.", {"Idempotency-Key": "used before"})
    return Case.objects.get(pk=case_id)


def _first_of(agent: AIAgent, key: str, digest: str, case_id: UUID) -> Received:
    """Another key for a case the client has: the key is remembered, so that it can mean nothing else later."""
    ApiRequest.objects.bulk_create(
        [ApiRequest(agent=agent, key=key, body_hash=digest, case_id=case_id)], ignore_conflicts=True
    )
    return Received(Case.objects.get(pk=case_id), created=False)


def _without_type(agent: AIAgent, key: str, digest: str, body: Mapping[str, Any]) -> Received:
    """A type that is not (or no longer) there: a request answered before keeps its answer."""
    used = ApiRequest.objects.filter(agent=agent, key=key).first()
    if used is not None and (known := _known(used.case_id, used.body_hash, digest)):
        return Received(known, created=False)
    raise BadRequest("There is no such case type.", {"case_type": "Not a case type of this client."})


def _may_post(agent: AIAgent, case_type: CaseType) -> None:
    if not can(agent, Capability.CASE_POST, Place(agent.client_id)):
        raise NotAllowed("This AI agent may not post cases.")
    if agent.case_types and case_type.slug not in agent.case_types:
        raise NotAllowed(f"This AI agent may not post cases of type {case_type.slug}.")
