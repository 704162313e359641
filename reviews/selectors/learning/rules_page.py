"""The page of proposed rules: what the corrected cases share, the row, and what it would have changed (R096)."""

from dataclasses import dataclass
from typing import Any

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import can
from escalations.autonomy.intervals import Interval, wilson
from escalations.models import CaseType, Rehearsal, RuleProposal
from escalations.permissions import may_manage_models


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A proposal; `clauses` in words, `rate` inside and `other` outside, with intervals; `moved` cases of `replayed`
    would have gone another way, None until the rehearsal is done.
    """

    proposal: RuleProposal
    clauses: tuple[str, ...]
    rate: Interval | None
    other: Interval | None
    replayed: int | None
    moved: int | None


def rule_lines(actor: User) -> list[RuleLine]:
    """The proposals that concern them: of clients whose models they manage, or all, for whoever drafts policy."""
    rows = RuleProposal.objects.select_related("case_type__client", "rehearsal", "decided_by")[:100]
    drafts = can(actor, Capability.POLICY_EDIT)
    return [_line(row) for row in rows if drafts or may_manage_models(actor, row.case_type.client_id)]


def types_to_mine(actor: User) -> list[CaseType]:
    """Types whose corrections they may look through."""
    rows = CaseType.objects.select_related("client").filter(is_active=True).order_by("client__name", "name")
    return [row for row in rows if may_manage_models(actor, row.client_id)]


def _line(row: RuleProposal) -> RuleLine:
    replayed, moved = _rehearsed(row.rehearsal)
    return RuleLine(
        proposal=row, clauses=tuple(_words(one) for one in row.pattern.get("clauses", ())),
        rate=wilson(row.wrong, row.cases), other=wilson(row.others_wrong, row.others), replayed=replayed, moved=moved,
    )  # fmt: skip


def _rehearsed(rehearsal: Rehearsal | None) -> tuple[int | None, int | None]:
    if rehearsal is None or rehearsal.state != Rehearsal.State.DONE:
        return None, None
    return rehearsal.cases, sum((rehearsal.results.get("moves") or {}).values())


def _words(clause: dict[str, Any]) -> str:
    name, value = clause["signal"].replace("_", " "), str(clause["value"]).replace("_", " ")
    asked = {"==": "is", "!=": "is not", ">=": "is at least", "<": "is below", "yes": "", "no": ""}[
        clause["op"]
    ]
    return f"{name} {asked} {value}".strip() if asked else name if clause["op"] == "yes" else f"not {name}"
