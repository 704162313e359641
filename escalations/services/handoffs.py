"""A case is handed to people: what its handoff will be judged by is written down in the statement that routes it."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from accounts.models.sql import NOW
from escalations.choices import AnswerArm, CaseMode, Unaided
from escalations.handoff import missing_parts
from escalations.models import Case, HandoffOutcome, Vigilance
from escalations.transitions import Write, inserting

_DICE = secrets.SystemRandom()


def begin(case: Case, placed: Mapping[str, Any], *, arm: str) -> Write:
    """The insert of a case's HandoffOutcome, to travel with the move that routes it. A case has one: whoever hands it
    over again later changes nothing (R068). `case` has its handoff and agent loaded.
    """
    queue = placed.get("queue") or case.queue
    if queue is None:
        raise ValueError(f"{case.ref} is handed to no queue.")
    row = HandoffOutcome(
        case_id=case.pk, client_id=case.client_id, case_type_id=case.case_type_id, agent_id=case.agent_id,
        queue_id=queue.pk, tier=placed.get("tier", case.tier), agent_version=_version(case),
        category=placed.get("category") or "", reasons=list(placed.get("reason_codes") or ()),
        missing=list(case.handoff.missing if case.handoff else missing_parts(None)), arm=arm, handed_at=NOW,
    )  # fmt: skip
    write = inserting(row)
    return Write(f"{write.sql} ON CONFLICT DO NOTHING", write.params)


def drawn_arm(case: Case) -> str:
    """Shall people see the AI's answer to this case before they give theirs? Drawn by chance, so that both kinds of
    case are alike (R094). Blank when there is no answer that could be hidden. One statement at most.
    """
    if not _proposed(case) or case.case_type.mode != CaseMode.NORMAL:
        return ""
    return AnswerArm.HIDDEN if _DICE.random() < hidden_rate(case.client_id) else AnswerArm.SHOWN


def hidden_rate(client_id: int) -> float:
    """The share of cases in which the AI's answer is hidden first: the client's own, else the setting."""
    own = Vigilance.objects.filter(client=client_id).values_list("hidden_rate", flat=True).first()
    return float(settings.HANDRAIL_HIDDEN_RATE if own is None else own)


def unaided_of(arm: str) -> int:
    """The case's own mark for an arm."""
    return Unaided.FIRST if arm == AnswerArm.HIDDEN else Unaided.NO


def _proposed(case: Case) -> str:
    package = case.handoff.package if case.handoff and isinstance(case.handoff.package, dict) else {}
    return str((package.get("proposed") or {}).get("action") or "")


def _version(case: Case) -> str:
    package = case.handoff.package if case.handoff and isinstance(case.handoff.package, dict) else {}
    return str(package.get("agent_version") or case.agent.version)[:80]
