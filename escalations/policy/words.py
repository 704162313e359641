"""Policy in plain language: what each signal, number and table is called, and a condition as a sentence."""

from collections.abc import Mapping
from typing import Any

from escalations.policy import jdm
from escalations.policy.conditions import KINDS, Clause, Condition, is_number_name, parse

FLAGS: dict[str, tuple[str, str]] = {
    "has_triage": ("triage gave an answer", "triage gave no answer"),
    "unclear": ("the request fits no category", "the request fits a category"),
    "beyond_grants": ("the action is not granted to the agent", "the action is granted to the agent"),
    "over_credit": (
        "the credit is over what an agent may grant",
        "the credit is within what an agent may grant",
    ),
    "irreversible": ("the action cannot be taken back", "the action can be taken back"),
    "last_step_failed": ("the agent's last step failed", "the agent's last step did not fail"),
    "agent_disagrees": (
        "agent and triage name different things",
        "agent and triage do not name different things",
    ),
    "policy_superseded": ("the agent worked under an older policy", "the agent worked under this policy"),
    "amount_unreadable": ("an amount cannot be read", "every amount can be read"),
    "human_final_decision": (
        "a person decides every case of the type",
        "a person need not decide every case of the type",
    ),
    "was_human": ("a person has taken the case over", "no person has taken the case over"),
}
"""What a flag says when it is up, and when it is not."""

MEASURED: dict[str, str] = {
    "confidence": "the calibrated confidence",
    "threshold": "the type's threshold",
    "category": "the category",
    "margin_gap": "the gap between the two likeliest categories",
    "out_of_scope": "the chance that it is out of scope",
    "sentiment": "the sentiment",
    "complexity": "the complexity",
    "risk_score": "the engine's risk",
    "intents": "the number of intents",
    "actions": "the number of proposed actions",
    "distress": "distress",
    "complaint": "the chance of a complaint",
    "dispute": "the chance of a dispute",
    "negotiate": "the chance of negotiating",
    "human_requested": "the chance that a person is asked for",
    "regulatory": "the chance of a regulatory matter",
    "sensitive": "the chance of a sensitive topic",
    "ethical": "the chance of an ethical question",
    "threat": "the chance of a threat",
    "injection": "the chance of orders to the AI",
    "anomaly": "the anomaly score",
    "ungrounded": "the chance of values without evidence",
    "action": "the proposed action",
    "credit": "the credit it would grant",
    "team": "the team that may use the tool",
    "failed_tool": "the tool that failed",
    "deviations": "the number of steps out of order",
    "agent_intent": "the agent's intent",
    "overconfidence": "the agent's overconfidence",
    "repeated_errors": "the count of the same error",
    "amount": "the amount",
    "conflicts": "the number of contradicting fields",
    "mismatches": "the number of fields that differ from the record",
    "unknown_fields": "the number of fields nobody declared",
    "missing_fields": "the number of required fields that are missing",
    "client": "the client",
    "case_type": "the case type",
    "channel": "the channel",
    "topic": "the topic",
    "topics": "the topics",
    "mode": "the type's mode",
    "autonomy": "the type's autonomy",
    "type_risk": "the type's risk",
    "default_queue": "the type's own queue",
    "data_structure": "the data structure",
    "risk": "the risk",
    "emotional_nuance": "the emotional nuance",
    "sla_sensitivity": "the SLA band",
    "reasons": "the reasons",
    "tier": "the entry tier",
}
"""What each signal is called; flags are sentences of their own."""

NUMBER_WORDS: dict[str, str] = {
    "ambiguity_margin": "gap below which categories are ambiguous",
    "anomaly_critical": "anomaly that is critical",
    "anomaly_limit": "anomaly that needs a person",
    "complexity_limit": "complexity limit",
    "credit_limit": "credit an agent may grant",
    "distress_limit": "distress limit",
    "distress_minimal": "distress that is worth a look",
    "field_threshold": "confidence a field needs",
    "high_impact_amount": "amount of high impact",
    "multi_step_actions": "actions that make a plan",
    "multi_step_intents": "intents that make a project",
    "out_of_scope_limit": "out-of-scope limit",
    "overconfidence_limit": "overconfidence limit",
    "repeated_errors_limit": "repeats of an error",
    "risk_high": "high risk from",
    "risk_medium": "medium risk from",
    "sentiment_limit": "clearly negative sentiment",
    "sentiment_minimal": "slightly negative sentiment",
    "signal_floor": "a signal more likely than not",
    "sla_fast_minutes": "minutes that count as fast",
    "sla_slow_minutes": "minutes that count as slow",
    "step_window_minutes": "minutes between two steps",
    "tolerance": "tolerated difference, share",
    "tolerance_abs": "tolerated difference, amount",
}

TABLE_WORDS = {
    "reasons": "When a person is needed",
    "allocation": "Who settles what",
    "tiers": "How grave, and which tier",
    "queues": "Where it goes",
}

OP_WORDS = {
    ">=": "is at least",
    "<=": "is at most",
    ">": "is more than",
    "<": "is less than",
    "==": "is",
    "!=": "is not",
    "has": "include",
    "lacks": "do not include",
    "any": "are not empty",
    "yes": "is so",
    "no": "is not so",
}

ALLOCATION_WORDS = {"ai": "AI", "hybrid": "AI with a person", "human": "a person"}


def signal_words(name: str) -> str:
    """What a signal is called; a flag by what it says when it is up."""
    return FLAGS[name][0] if name in FLAGS else MEASURED.get(name, name)


def clause_words(clause: Clause, numbers: Mapping[str, float]) -> str:
    """One clause as a part of a sentence; named numbers with their value."""
    if clause.op in ("yes", "no"):
        return FLAGS[clause.signal][clause.op == "no"]
    value = value_words(clause, numbers)
    return " ".join(part for part in (signal_words(clause.signal), OP_WORDS[clause.op], value) if part)


def value_words(clause: Clause, numbers: Mapping[str, float]) -> str:
    """What a clause compares with, in words."""
    value = clause.value
    if value.startswith("n.") and value[2:] in NUMBER_WORDS:
        return f"{numbers.get(value[2:], 0):g} ({NUMBER_WORDS[value[2:]]})"
    if KINDS[clause.signal] != "number":
        return plain(value)
    return signal_words(value) if is_number_name(value) else value


def condition_words(condition: Condition, numbers: Mapping[str, float]) -> str:
    """A condition as a sentence without its "when"; "always" for one that always holds."""
    groups = [" or ".join(clause_words(clause, numbers) for clause in group) for group in condition]
    several = len(groups) > 1
    parts = [
        f"({text})" if several and len(group) > 1 else text
        for text, group in zip(groups, condition, strict=True)
    ]
    return " and ".join(parts) or "always"


def row_words(row: jdm.Row, numbers: Mapping[str, float]) -> str:
    """When a row holds. What cannot be said in words is shown as it is written."""
    if row.unary:
        tested = [(name, cell) for name, cell in row.cells.items() if cell]
        return " and ".join(f"{signal_words(name)} is {plain(literal(cell))}" for name, cell in tested)
    condition = parse(row.cells.get("when", ""))
    return condition_words(condition, numbers) if condition is not None else row.condition


def then_words(table: str, outputs: Mapping[str, str]) -> str:
    """What follows when a row holds."""
    match table:
        case "reasons":
            return plain(literal(outputs.get("code", "")))
        case "allocation":
            return ALLOCATION_WORDS.get(literal(outputs.get("allocation", "")), "?")
        case "tiers":
            only = ", experienced people only" if outputs.get("experienced") == "true" else ""
            return f"tier {outputs.get('tier')}, severity {outputs.get('severity')}{only}"
    queue = outputs.get("queue", "")
    named = {"default_queue": "the type's own queue", "team": "the team that may use the tool"}
    overseen = ", overseen" if outputs.get("oversee") == "true" else ""
    return named.get(queue, literal(queue)) + overseen


def literal(expression: str) -> str:
    """The word of a string literal; any other expression as it is."""
    is_word = len(expression) > 1 and expression[0] == expression[-1] and expression[0] in "\"'"
    return expression[1:-1] if is_word else expression


def plain(code: str) -> str:
    """A code as words: HIGH_IMPACT is "high impact"."""
    return code.replace("_", " ").lower()


def number_words(value: Any) -> str:
    """A number as people write it."""
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
