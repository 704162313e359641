"""When a person is needed: every condition that gives a reason code.

`score` and `limit` are what the reason shows; `evidence` names the findings whose spans, fields and values
support it. A row's text is the one clause that people read.
"""

from escalations.policy.jdm import quoted


def _row(
    id: str, when: str, code: str, text: str, score: str = "", limit: str = "", evidence: str = ""
) -> dict[str, str]:
    return {
        "_id": id,
        "_description": text,
        "when": when,
        "code": quoted(code),
        "score": score,
        "limit": limit,
        "evidence": quoted(evidence) if evidence else "",
    }


def _noticed(code: str, signal: str, text: str) -> dict[str, str]:
    """A signal that the engine noticed in the words, at or above the floor."""
    id = signal.replace("_", "-")
    return _row(id, f"{signal} >= n.signal_floor", code, text, signal, "n.signal_floor", signal)


REASONS = (
    # the machine itself
    _row(
        "no-triage",
        "not has_triage",
        "TOOL_FAILURE",
        "Triage gave no answer in time",
        '"none"',
        '"an answer"',
    ),
    _row(
        "failed-step",
        "last_step_failed",
        "TOOL_FAILURE",
        "The agent's last tool call failed",
        "failed_tool",
        '"ok"',
    ),
    _row(
        "low-confidence",  # R002, R021
        "has_triage and confidence < threshold",
        "LOW_CONFIDENCE",
        "The calibrated confidence is below this case type's threshold",
        "confidence",
        "threshold",
    ),
    # unclear or contradictory input
    _row(
        "close-categories",  # R022
        "has_triage and margin_gap < n.ambiguity_margin",
        "AMBIGUOUS_INPUT",
        "The two likeliest categories are too close to tell apart",
        "margin_gap",
        "n.ambiguity_margin",
        "margin",
    ),
    _row(
        "sources-disagree",
        "conflicts > 0",
        "AMBIGUOUS_INPUT",
        "Two sources state different values",
        "conflicts",
        "0",
        "conflicts",
    ),
    _row(
        "unclear-request",  # R035
        "unclear",
        "AMBIGUOUS_INPUT",
        "The request fits no category that triage knows",
        "out_of_scope",
        "n.out_of_scope_limit",
        "unclear",
    ),
    _row(
        "agent-disagrees",
        "agent_disagrees",
        "CONFLICTING_SIGNALS",
        "The agent and triage name different intents",
        "agent_intent",
        "category",
    ),
    _row(
        "overconfident-agent",
        "overconfidence >= n.overconfidence_limit",
        "CONFLICTING_SIGNALS",
        "The agent is far surer than its calibrated confidence",
        "overconfidence",
        "n.overconfidence_limit",
    ),
    # size and reach
    _row(
        "many-intents",
        "intents >= n.multi_step_intents",
        "MULTI_STEP",
        "The request holds several intents",
        "intents",
        "n.multi_step_intents",
    ),
    _row(
        "many-actions",
        "actions >= n.multi_step_actions",
        "MULTI_STEP",
        "The proposal holds several actions",
        "actions",
        "n.multi_step_actions",
    ),
    _row(
        "large-amount",
        "amount >= n.high_impact_amount",
        "HIGH_IMPACT",
        "The amount is at or over the limit",
        "amount",
        "n.high_impact_amount",
    ),
    _row(
        "irreversible",
        "irreversible",
        "HIGH_IMPACT",
        "The proposed action cannot be taken back",
        "action",
        '"reversible"',
    ),
    # the customer
    _row(
        "distress",
        "distress >= n.distress_limit",
        "DISTRESS",
        "The customer shows distress",
        "distress",
        "n.distress_limit",
        "distress",
    ),
    _row(
        "upset-complaint",  # R024
        "sentiment <= n.sentiment_limit and (complaint >= n.signal_floor or dispute >= n.signal_floor)",
        "NEGATIVE_SENTIMENT",
        "A complaint or dispute in clearly negative words",
        "sentiment",
        "n.sentiment_limit",
        "upset",
    ),
    _noticed("HUMAN_REQUESTED", "human_requested", "The customer asks for a person"),
    # authority
    _row(
        "not-granted",
        "beyond_grants",
        "BEYOND_PERMISSION",
        "The needed action is not granted to this AI identity",
        "action",
        '"granted"',
    ),
    _row(
        "over-credit",
        "over_credit",
        "BEYOND_PERMISSION",
        "The credit is over what an AI identity may grant",
        "credit",
        "n.credit_limit",
    ),
    _row(
        "negotiation",
        "negotiate >= n.signal_floor",
        "BEYOND_PERMISSION",
        "Negotiating is for people",
        "negotiate",
        "n.signal_floor",
        "negotiate",
    ),
    _row(
        "collections-dispute",  # R015
        '"collections" in topics and dispute >= n.signal_floor',
        "BEYOND_PERMISSION",
        "A disputed debt is for people to settle",
        "dispute",
        "n.signal_floor",
        "dispute",
    ),
    # data
    _row(
        "record-differs",
        "mismatches > 0",
        "DATA_MISMATCH",
        "The record and the request differ beyond the tolerance",
        "mismatches",
        "0",
        "mismatches",
    ),
    _row(
        "unusual-transaction",
        "anomaly >= n.anomaly_limit",
        "ANOMALY",
        "The transaction is outside the usual range",
        "anomaly",
        "n.anomaly_limit",
        "anomaly",
    ),
    _row(
        "suspicious-payment",
        '"suspicious_payment" in topics',
        "ANOMALY",
        "The case concerns a suspicious payment",
        "topic",
        '"any other topic"',
    ),
    _noticed("ANOMALY", "injection", "The text tries to give the AI orders"),
    _row(
        "process-deviation",
        "deviations > 0",
        "SEQUENCE_DEVIATION",
        "The steps depart from the declared process",
        "deviations",
        "0",
        "deviations",
    ),
    _row(
        "repeated-error",
        "repeated_errors >= n.repeated_errors_limit",
        "REPEATED_ERROR",
        "The same error keeps coming back",
        "repeated_errors",
        "n.repeated_errors_limit",
    ),
    _row(
        "unknown-fields",
        "unknown_fields > 0",
        "FORMAT_CHANGE",
        "The document has a field nobody declared",
        "unknown_fields",
        "0",
        "unknown_fields",
    ),
    _row(
        "missing-fields",
        "missing_fields > 0",
        "FORMAT_CHANGE",
        "The document lacks a required field",
        "missing_fields",
        "0",
        "missing_fields",
    ),
    _row(
        "unreadable-amount",
        "amount_unreadable",
        "FORMAT_CHANGE",
        "An amount cannot be read",
        '"unreadable"',
        '"a number"',
        "unreadable",
    ),
    _noticed("UNGROUNDED", "ungrounded", "The draft holds a value that the evidence does not"),
    # topic
    _noticed("SENSITIVE_TOPIC", "sensitive", "A sensitive topic"),
    _noticed("SENSITIVE_TOPIC", "threat", "A threat, to oneself or to others"),
    _noticed("ETHICAL_CONCERN", "ethical", "An ethical question"),
    _noticed("REGULATORY", "regulatory", "A matter for a regulator"),
    _row(
        "regulated-type",
        '"regulatory" in topics',
        "REGULATORY",
        "The case type or category has regulatory impact",
        "topic",
        '"any other topic"',
    ),
    # a person by rule
    _row(
        "final-decision",
        "human_final_decision",
        "HUMAN_FINAL_DECISION",
        "A person decides every case of this type",
        '"required"',
        '"not required"',
    ),
    _row(
        "hiring",
        '"hr" in topics',
        "HUMAN_FINAL_DECISION",
        "A person decides about people",
        "topic",
        '"any other topic"',
    ),
    _row(
        "people-only",
        'mode == "human_only"',
        "HUMAN_FINAL_DECISION",
        "This type is handled by people only",
        "mode",
        '"normal"',
    ),
    _row(
        "held-by-people",
        "was_human",
        "HUMAN_FINAL_DECISION",
        "A person has already taken this case over",
        '"taken over"',
        '"untouched"',
    ),
    _row(
        "old-policy",
        "policy_superseded",
        "POLICY_SUPERSEDED",
        "The agent worked under an older policy",
        '"older"',
        '"the live version"',
    ),
)
