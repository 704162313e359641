"""What a case type fixes, in policy's own shape."""

from typing import Any

from accounts.models import AIAgent
from escalations.models import CaseType
from escalations.policy.types import TypeRules

FROM_JSON = ("required_fields", "field_thresholds", "tool_teams", "process", "irreversible", "limits")
"""The fields of TypeRules that stand in `CaseType.rules`; whatever else stands there is not policy's."""

_LISTS = {"required_fields", "process", "irreversible"}


def type_rules(case_type: CaseType, agent: AIAgent) -> TypeRules:
    """The rules of `case_type` for a case that `agent` posted; both with `client` and `default_queue` loaded."""
    more: dict[str, Any] = {
        name: tuple(case_type.rules[name]) if name in _LISTS else dict(case_type.rules[name])
        for name in FROM_JSON
        if case_type.rules.get(name)
    }
    return TypeRules(
        slug=case_type.slug,
        client=case_type.client.slug,
        mode=case_type.mode,
        autonomy=case_type.autonomy,
        human_final_decision=case_type.human_final_decision,
        risk=case_type.risk,
        sla_minutes=case_type.sla_minutes,
        threshold=case_type.threshold,
        grants=tuple(agent.tools),
        default_queue=case_type.default_queue.slug,
        **more,
    )
