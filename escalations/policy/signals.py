"""Every measured signal of a case: the one place where facts become the values that tables read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from escalations.policy import agreement, process, shape
from escalations.policy.conduct import conduct
from escalations.policy.document import PolicyDocument
from escalations.policy.evidence import Evidence
from escalations.policy.judged import judged, shown
from escalations.policy.readings import slug
from escalations.policy.types import Facts, TypeRules
from escalations.policy.vocabulary import RISKS

_COUNTED = ("conflicts", "mismatches", "unknown_fields", "missing_fields", "deviations")


@dataclass(frozen=True, slots=True)
class Measured:
    """`signals` is what the tables read: `vocabulary.SIGNALS`, and the numbers under `n`; no word in it is
    the customer's. `evidence` is what supports a reason, by the name a row gives in its `evidence` column.
    """

    signals: Mapping[str, Any]
    evidence: Mapping[str, tuple[Evidence, ...]]


def measure(facts: Facts, policy: PolicyDocument) -> Measured:
    """Measure one case against one policy."""
    n = policy.numbers_for(facts.rules)
    signals, found = _measured(facts, policy, n)
    return Measured(signals, {**shown(facts, n), **found})


def signals_of(facts: Facts, policy: PolicyDocument) -> Mapping[str, Any]:
    """The signals alone, without the words that show them."""
    return _measured(facts, policy, policy.numbers_for(facts.rules))[0]


def _measured(
    facts: Facts, policy: PolicyDocument, n: Mapping[str, float]
) -> tuple[dict[str, Any], dict[str, tuple[Evidence, ...]]]:
    """The signals, and the evidence that was counted for them."""
    amounts, unreadable = shape.amounts(facts.case, policy.amount_fields)
    found = {
        "conflicts": agreement.conflicts(facts, n),
        "mismatches": agreement.mismatches(facts, n),
        "unknown_fields": shape.unknown_fields(facts, policy),
        "missing_fields": shape.missing_fields(facts, policy),
        "deviations": process.deviations(facts.case, facts.rules, n),
        "unreadable": unreadable,
    }
    signals: dict[str, Any] = {
        "n": n,
        **judged(facts, policy, n),
        **conduct(facts, policy, n),
        **_case(facts, policy),
        **{name: len(found[name]) for name in _COUNTED},
        "amount": max(amounts, default=0.0),
        "amount_unreadable": bool(unreadable),
    }
    return signals | _matrix(facts, policy, n, signals), found


def _case(facts: Facts, policy: PolicyDocument) -> dict[str, Any]:
    rules = facts.rules
    of_type = policy.topics.get(slug(rules.slug), "")
    of_category = policy.topics.get(slug(facts.triage.category), "") if facts.triage else ""
    return {
        "client": rules.client,
        "case_type": rules.slug,
        "channel": facts.case.channel,
        "topic": of_category if of_category not in ("", "unclear") else of_type,
        "topics": sorted({of_type, of_category} - {""}),
        "mode": rules.mode,
        "autonomy": rules.autonomy,
        "human_final_decision": rules.human_final_decision,
        "was_human": facts.was_human,
        "type_risk": rules.risk,
        "default_queue": rules.default_queue,
    }


def _matrix(
    facts: Facts, policy: PolicyDocument, n: Mapping[str, float], s: Mapping[str, Any]
) -> dict[str, str]:
    return {
        "data_structure": shape.data_structure(facts, policy, n, s["unclear"]),
        "risk": _risk(facts.rules, n, s["risk_score"]),
        "emotional_nuance": _emotion(n, s),
        "sla_sensitivity": _band(facts.rules.sla_minutes, n),
    }


def _risk(rules: TypeRules, n: Mapping[str, float], risk: float) -> str:
    """The graver of the type's risk and the engine's: a machine can raise the floor, never lower it."""
    measured = "high" if risk >= n["risk_high"] else "medium" if risk >= n["risk_medium"] else "low"
    declared = rules.risk if rules.risk in RISKS else "high"
    return max(measured, declared, key=RISKS.index)


def _emotion(n: Mapping[str, float], s: Mapping[str, Any]) -> str:
    if s["distress"] >= n["distress_limit"] or s["threat"] >= n["signal_floor"]:
        return "high"
    slight = s["distress"] >= n["distress_minimal"] or s["sentiment"] <= n["sentiment_minimal"]
    return "minimal" if slight or s["complaint"] >= n["signal_floor"] else "none"


def _band(sla_minutes: int, n: Mapping[str, float]) -> str:
    """The SLA band of the time to a decision; a type without one is judged by the strictest band."""
    if 0 < sla_minutes <= n["sla_fast_minutes"]:
        return "minutes"
    return "hours" if 0 < sla_minutes <= n["sla_slow_minutes"] else "days"
