"""What a case type fixes, in policy's own shape; and how far its AI may go right now."""

from dataclasses import dataclass
from typing import Any

from accounts.models import AIAgent
from escalations.choices import Autonomy
from escalations.models import CaseType
from escalations.policy.types import TypeRules

FROM_JSON = ("required_fields", "field_thresholds", "tool_teams", "process", "irreversible", "limits")
"""The fields of TypeRules that stand in `CaseType.rules`; whatever else stands there is not policy's."""

LEVELS: tuple[str, ...] = tuple(Autonomy.values)
"""From least to most."""

_LISTS = {"required_fields", "process", "irreversible"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides how far the AI of one case type may go: the level people gave it, its breaker, its certificate.

    `threshold` is the type's own; `certified` the certificate's, None without one; `model` the model it is about.
    """

    level: str
    tripped: bool
    threshold: float
    certified: float | None = None
    model: str = ""

    def effective(self, model: str) -> str:
        """The level that holds for an answer of `model`: the least of what level, breaker and certificate allow.

        A tripped breaker leaves suggestions. Nothing is autonomous without a certificate of this very model.
        """
        allowed = [self.level]
        if self.tripped:
            allowed.append(Autonomy.SUGGEST)
        if self.certified is None or self.model != model:
            allowed.append(Autonomy.SUPERVISED)
        return min(allowed, key=LEVELS.index)

    def least(self, model: str) -> float:
        """The least confidence with which an answer of `model` is settled: the stricter of the two thresholds."""
        return max(self.threshold, self.floor(model))

    def floor(self, model: str) -> float:
        """The certified threshold for an answer of `model`, which nothing may go below; 0 where nothing is settled."""
        if self.certified is None or self.effective(model) != Autonomy.AUTONOMOUS:
            return 0.0
        return self.certified


def type_rules(
    case_type: CaseType, agent: AIAgent, standing: Standing | None = None, model: str = ""
) -> TypeRules:
    """The rules of `case_type` for a case that `agent` posted; both with `client` and `default_queue` loaded.

    Who asks without a standing settles nothing: it counts as one without certificate.
    """
    standing = standing or Standing(case_type.autonomy, tripped=False, threshold=case_type.threshold)
    more: dict[str, Any] = {
        name: tuple(case_type.rules[name]) if name in _LISTS else dict(case_type.rules[name])
        for name in FROM_JSON
        if case_type.rules.get(name)
    }
    return TypeRules(
        slug=case_type.slug,
        client=case_type.client.slug,
        mode=case_type.mode,
        autonomy=standing.effective(model),
        human_final_decision=case_type.human_final_decision,
        risk=case_type.risk,
        sla_minutes=case_type.sla_minutes,
        threshold=standing.least(model),
        certified=standing.floor(model),
        grants=tuple(agent.tools),
        default_queue=case_type.default_queue.slug,
        **more,
    )
