"""The words policy is written in: what a rule may read, which numbers it may name, which codes it may give.

Plain strings, equal to the enums of `escalations.choices` (a test holds them together), so that policy stays
importable without settings or database.
"""

from dataclasses import dataclass
from typing import Literal

SCHEMA = "handrail.policy/1"
TABLES = ("reasons", "allocation", "tiers", "queues")
MATRIX = ("data_structure", "risk", "emotional_nuance", "sla_sensitivity")
MATRIX_VALUES: dict[str, tuple[str, str, str]] = {
    "data_structure": ("structured", "semi_structured", "unstructured"),
    "risk": ("low", "medium", "high"),
    "emotional_nuance": ("none", "minimal", "high"),
    "sla_sensitivity": ("minutes", "hours", "days"),
}
"""The four rows of the allocation matrix and their values, lax to strict (R005 to R008)."""

ALLOCATIONS = ("ai", "hybrid", "human")
RISKS = ("low", "medium", "high")
REASON_CODES = frozenset(
    {
        "LOW_CONFIDENCE",
        "AMBIGUOUS_INPUT",
        "CONFLICTING_SIGNALS",
        "MULTI_STEP",
        "HIGH_IMPACT",
        "NEGATIVE_SENTIMENT",
        "DISTRESS",
        "BEYOND_PERMISSION",
        "DATA_MISMATCH",
        "ANOMALY",
        "SEQUENCE_DEVIATION",
        "REPEATED_ERROR",
        "SENSITIVE_TOPIC",
        "ETHICAL_CONCERN",
        "REGULATORY",
        "HUMAN_FINAL_DECISION",
        "SLA_AT_RISK",
        "FORMAT_CHANGE",
        "UNGROUNDED",
        "TOOL_FAILURE",
        "POLICY_SUPERSEDED",
        "HUMAN_REQUESTED",
        "RANDOM_AUDIT",
        "MANUAL_FLAG",
    }
)

HOLDS: dict[str, str] = {
    "triage": "Triage gave no answer",
    "reasons": "A reason calls for a person",
    "allocation": "The matrix does not leave the case to the AI",
    "autonomy": "The case type is not autonomous",
    "mode": "The case type is not in normal mode",
    "final_decision": "A person decides every case of this type",
    "risk": "The risk is high",
    "confidence": "The confidence is below the threshold",
    "ungrounded": "The draft holds a value that the evidence does not",
    "human_requested": "The customer asks for a person",
    "distress": "The customer shows distress",
    "permission": "The proposed action is not granted",
    "taken_over": "A person has already taken the case over",
    "tables": "A policy table could not be evaluated",
}
"""What keeps the AI from settling a case whatever the tables say, as listed in a trace under `held_by`."""

Kind = Literal["number", "flag", "word", "words"]

SIGNALS: dict[str, Kind] = {
    # what triage judged
    "has_triage": "flag",
    "confidence": "number",
    "threshold": "number",
    "category": "word",
    "margin_gap": "number",
    "out_of_scope": "number",
    "unclear": "flag",
    "sentiment": "number",
    "complexity": "number",
    "risk_score": "number",
    "intents": "number",
    "actions": "number",
    # what triage noticed, 0 to 1
    "distress": "number",
    "complaint": "number",
    "dispute": "number",
    "negotiate": "number",
    "human_requested": "number",
    "regulatory": "number",
    "sensitive": "number",
    "ethical": "number",
    "threat": "number",
    "injection": "number",
    "anomaly": "number",
    "ungrounded": "number",
    # the agent's work
    "action": "word",
    "beyond_grants": "flag",
    "over_credit": "flag",
    "credit": "number",
    "irreversible": "flag",
    "team": "word",
    "last_step_failed": "flag",
    "failed_tool": "word",
    "deviations": "number",
    "agent_disagrees": "flag",
    "agent_intent": "word",
    "overconfidence": "number",
    "policy_superseded": "flag",
    "repeated_errors": "number",
    # the data
    "amount": "number",
    "amount_unreadable": "flag",
    "conflicts": "number",
    "mismatches": "number",
    "unknown_fields": "number",
    "missing_fields": "number",
    # the case and its type
    "client": "word",
    "case_type": "word",
    "channel": "word",
    "topic": "word",
    "topics": "words",
    "mode": "word",
    "autonomy": "word",
    "human_final_decision": "flag",
    "was_human": "flag",
    "type_risk": "word",
    "default_queue": "word",
    # the allocation matrix
    "data_structure": "word",
    "risk": "word",
    "emotional_nuance": "word",
    "sla_sensitivity": "word",
}
"""What a rule may read. Scores are 0 to 1, `sentiment` is -1 to 1, amounts are in the case's own currency."""

LATER: dict[str, dict[str, Kind]] = {
    "reasons": {},
    "allocation": {},
    "tiers": {"reasons": "words"},
    "queues": {"reasons": "words", "tier": "number"},
}
"""What the tables that run later may read besides: the codes that fired, the entry tier."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The range a number may be set to, so that no document or client can switch a safety rule off."""

    least: float
    most: float


NUMBERS: dict[str, Bounds] = {
    "ambiguity_margin": Bounds(0, 1),
    "anomaly_critical": Bounds(0, 1),
    "anomaly_limit": Bounds(0, 1),
    "complexity_limit": Bounds(0, 1),
    "credit_limit": Bounds(0, 1e9),
    "distress_limit": Bounds(0, 0.9),
    "distress_minimal": Bounds(0, 0.9),
    "field_threshold": Bounds(0, 1),
    "high_impact_amount": Bounds(0, 1e9),
    "multi_step_actions": Bounds(1, 20),
    "multi_step_intents": Bounds(1, 20),
    "out_of_scope_limit": Bounds(0, 0.9),
    "overconfidence_limit": Bounds(0, 1),
    "repeated_errors_limit": Bounds(1, 1000),
    "risk_high": Bounds(0, 1),
    "risk_medium": Bounds(0, 1),
    "sentiment_limit": Bounds(-0.9, 1),
    "sentiment_minimal": Bounds(-0.9, 1),
    "signal_floor": Bounds(0, 0.5),
    "sla_fast_minutes": Bounds(0, 1e6),
    "sla_slow_minutes": Bounds(0, 1e6),
    "step_window_minutes": Bounds(0, 1e6),
    "tolerance": Bounds(0, 0.5),
    "tolerance_abs": Bounds(0, 1e6),
}
