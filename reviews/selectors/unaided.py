"""What somebody may answer before they see the AI's answer: every action that cases of this kind may end in (R094)."""

from collections.abc import Mapping
from typing import Any

from escalations.auditing import NO_ACTION
from escalations.models import Case
from reviews.selectors.words import humanize


def options_of(case: Case) -> tuple[tuple[str, str], ...]:
    """Codes and labels, nothing first. The AI's own proposal is among them and looks like the others. `case` has agent,
    type and handoff loaded.
    """
    actions = {*case.agent.tools, *(case.case_type.rules.get("tool_teams") or ())}
    if proposed := proposed_of(case):
        actions.add(proposed)
    named = sorted(((code, humanize(code)) for code in actions), key=lambda one: one[1])
    return ((NO_ACTION, "Nothing is carried out"), *named)


def proposed_of(case: Case) -> str:
    """The action that the AI proposes, or nothing."""
    package: Mapping[str, Any] = (case.handoff.package if case.handoff else None) or {}
    return str((package.get("proposed") or {}).get("action") or "")
