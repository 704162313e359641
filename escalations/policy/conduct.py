"""What the AI agent did and wants to do, as signals."""

from collections.abc import Mapping
from typing import Any

from escalations.policy.document import PolicyDocument
from escalations.policy.process import last_step_failed
from escalations.policy.readings import clip, score, slug
from escalations.policy.shape import action_amounts
from escalations.policy.types import Facts
from escalations.triage.types import CaseView


def conduct(facts: Facts, policy: PolicyDocument, n: Mapping[str, float]) -> dict[str, Any]:
    """The proposed action against grants and limits, the steps taken, and what the agent claimed."""
    case, rules = facts.case, facts.rules
    versions = facts.agent_policy_version, facts.live_policy_version
    failed = last_step_failed(case)
    return {
        "action": clip(case.proposed_action, 40),
        "actions": _listed_actions(case),
        "beyond_grants": bool(case.proposed_action) and case.proposed_action not in rules.grants,
        **_credit(case, policy, n["credit_limit"]),
        "irreversible": case.proposed_action in rules.irreversible,
        "team": rules.tool_teams.get(case.proposed_action, ""),
        "last_step_failed": failed,
        "failed_tool": clip(case.steps[-1].tool, 40) if failed else "",
        "agent_intent": slug(case.agent_intent),
        "agent_disagrees": _disagrees(facts, policy),
        "overconfidence": _overconfidence(facts),
        "policy_superseded": all(versions) and versions[0] != versions[1],
        "repeated_errors": max(0, min(facts.repeated_errors, 1_000_000)),
    }


def _listed_actions(case: CaseView) -> int:
    """How many actions the proposal spells out, in a list called actions or steps."""
    lists = (case.proposed_arguments.get(key) for key in ("actions", "steps"))
    return max((len(found) for found in lists if isinstance(found, list | tuple)), default=0)


def _credit(case: CaseView, policy: PolicyDocument, limit: float) -> dict[str, Any]:
    """The credit that the action would grant. One without a readable amount is over any limit."""
    if case.proposed_action not in policy.data["credit_actions"]:
        return {"credit": 0.0, "over_credit": False}
    paid, readable = action_amounts(case.proposed_arguments, policy.amount_fields)
    credit = max(paid, default=0.0)
    return {"credit": credit, "over_credit": not paid or not readable or credit > limit}


def _overconfidence(facts: Facts) -> float:
    """How far the agent's stated confidence lies above the calibrated one."""
    if facts.triage is None or facts.case.agent_confidence is None:
        return 0.0
    return round(score(facts.case.agent_confidence, 1.0) - score(facts.triage.confidence, 0.0), 9)


def _disagrees(facts: Facts, policy: PolicyDocument) -> bool:
    """Whether agent and triage name different things, judged only where both words are known.

    Two labels of one topic (a refund, a duplicate charge) do not disagree.
    """
    if facts.triage is None:
        return False
    said, found = slug(facts.case.agent_intent), slug(facts.triage.category)
    labels = {slug(label) for label in facts.case.labels}
    topics = policy.topics.get(said), policy.topics.get(found)
    if None not in topics:
        return topics[0] != topics[1]
    return said != found and said in labels and found in labels
