"""Writing a new case down: the rows, the work to do, and the ledger's first line, in one statement."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone

from accounts.choices import EventKind
from accounts.ledger import commitment, new_salt
from accounts.models import AIAgent
from escalations.handoff import SCHEMA, completeness, missing_parts
from escalations.models import ApiRequest, Case, CaseType, ExtractedField, Handoff, Job, Message
from escalations.services.together import Together


def write_case(
    *, agent: AIAgent, case_type: CaseType, key: str, digest: str, body: Mapping[str, Any]
) -> Case:
    """The case with all it came with. `case_type` carries the numbers it takes (see intake). Raises IntegrityError
    when the key or the external id was used meanwhile.
    """
    case = Case(
        ref=f"{case_type.__dict__['prefix']}-{case_type.__dict__['number']}",
        client_id=agent.client_id, case_type=case_type, agent=agent, external_id=body["external_id"],
        channel=body["channel"], subject=body["subject"], customer=body["customer"], created_at=Now(),
    )  # fmt: skip
    messages = messages_of(case, body["messages"], first=0)
    handoff = handoff_of(case, body.get("handoff"), pk=case_type.__dict__["handoff_number"])
    case.handoff = handoff
    together = Together()
    together.add([case])
    together.add(messages)
    together.add(fields_of(case, body["fields"], first=0))
    together.add([handoff] if handoff else [])
    together.add([ApiRequest(agent=agent, key=key, body_hash=digest, case=case)])
    together.add(_work(case))
    together.tell(
        case.pk, kind=EventKind.CASE_RECEIVED, actor=agent, version=1, client=agent.client_id, type=case_type.slug,
        channel=case.channel, agent_version=agent.version, completeness=handoff.completeness if handoff else 0,
        **commitments(messages, body),
    )  # fmt: skip
    together.write()
    return case


def messages_of(case: Case, given: list[Mapping[str, Any]], *, first: int) -> list[Message]:
    """Messages as rows, numbered from `first`; one without a time was written now."""
    return [
        Message(
            case=case, position=first + i, author=m["author"], text=m["text"], at=m.get("at") or timezone.now(),
            salt=new_salt(),
        )
        for i, m in enumerate(given)
    ]  # fmt: skip


def fields_of(case: Case, given: list[Mapping[str, Any]], *, first: int) -> list[ExtractedField]:
    """Extracted values as rows, numbered from `first`."""
    return [
        ExtractedField(
            case=case, position=first + i, name=f["name"], value=f["value"] or "", confidence=f.get("confidence"),
            **(f.get("source") or {}),
        )
        for i, f in enumerate(given)
    ]  # fmt: skip


def handoff_of(case: Case, package: Mapping[str, Any] | None, *, pk: int | None = None) -> Handoff | None:
    """The package as sent, with its completeness and what is missing (R069, R070)."""
    if package is None:
        return None
    kept = json.loads(json.dumps(package, default=lambda moment: moment.isoformat()))
    return Handoff(
        pk=pk, case=case, schema=kept.get("schema", SCHEMA), package=kept, completeness=completeness(kept),
        missing=list(missing_parts(kept)),
    )  # fmt: skip


def commitments(messages: list[Message], body: Mapping[str, Any]) -> dict[str, Any]:
    """What binds the texts to the ledger without standing in it: one salted digest a message, one for the rest."""
    if not messages:
        return {"messages": []}
    rest = json.dumps([body.get("fields"), body.get("handoff")], sort_keys=True, default=str)
    return {
        "messages": [commitment(bytes(m.salt), m.text) for m in messages],
        "package": commitment(bytes(messages[0].salt), rest),
    }


def _work(case: Case) -> list[Job]:
    key, deadline = str(case.pk), timedelta(seconds=settings.HANDRAIL_TRIAGE_DEADLINE_SECONDS)
    return [
        Job(kind="triage", key=key, case=case, priority=10, next_at=Now()),
        Job(kind="triage_deadline", key=key, case=case, priority=0, next_at=Now() + deadline),
    ]
