"""Who may settle a case, how grave it is, and where it goes."""

from collections.abc import Iterator

from escalations.policy.jdm import quoted
from escalations.policy.vocabulary import ALLOCATIONS, MATRIX_VALUES


def _matrix() -> Iterator[dict[str, str]]:
    """R005 to R008: twelve cells, lax to strict along each row."""
    for row, values in MATRIX_VALUES.items():
        for value, allocation in zip(values, ALLOCATIONS, strict=True):
            yield {
                "_id": f"{row}-{value}",
                "_description": f"{row.replace('_', ' ')}: {value.replace('_', ' ')}",
                row: quoted(value),
                "row": quoted(row),
                "allocation": quoted(allocation),
            }


def _tier(
    id: str, when: str, text: str, severity: int, tier: int = 1, experienced: bool = False
) -> dict[str, str]:
    return {
        "_id": id,
        "_description": text,
        "when": when,
        "tier": str(tier),
        "severity": str(severity),
        "experienced": "true" if experienced else "false",
    }


def _queue(id: str, when: str, queue: str, text: str, oversee: bool = False) -> dict[str, str]:
    return {
        "_id": id,
        "_description": text,
        "when": when,
        "queue": queue,
        "oversee": "true" if oversee else "false",
    }


ALLOCATION = tuple(_matrix())

TIERS = (
    _tier("any-case", "", "Every case starts low, at the first tier", 4),
    _tier("has-reason", "len(reasons) > 0", "A person is needed", 3),
    _tier("distress", '"DISTRESS" in reasons', "Distress is critical", 1, 2),
    _tier("high-emotion", 'emotional_nuance == "high"', "High emotional nuance skips the first tier", 2, 2),
    _tier("upset", '"NEGATIVE_SENTIMENT" in reasons', "An upset complaint or dispute is urgent", 2),
    _tier("high-impact", '"HIGH_IMPACT" in reasons', "High impact", 2),
    _tier("measured-risk", "risk_score >= n.risk_high", "The engine sees high risk", 2),
    _tier("declared-risk", 'risk != "low"', "Risk above low", 3),
    _tier(
        "regulated",
        '"REGULATORY" in reasons or "ETHICAL_CONCERN" in reasons',
        "Regulatory or ethical weight",
        2,
        3,
    ),
    _tier("suspicious", '"suspicious_payment" in topics', "A suspicious payment", 2, 3),
    _tier("critical-anomaly", "anomaly >= n.anomaly_critical", "An anomaly of the rarest kind", 1, 3),
    _tier("repeated-error", '"REPEATED_ERROR" in reasons', "An error that keeps coming back", 2),
    _tier("deadline", '"SLA_AT_RISK" in reasons', "The deadline is at risk", 2),
    _tier("many-steps", '"MULTI_STEP" in reasons', "Work of several steps goes to an expert", 3, 3),
    _tier("complex", "complexity >= n.complexity_limit", "Too complex for the first tier", 3, 2),
    _tier(
        "sensitive",
        '"SENSITIVE_TOPIC" in reasons',
        "Only experienced people see sensitive topics",
        3,
        1,
        True,
    ),
    _tier("people-only", 'mode == "human_only"', "People-only types go to senior people", 3, 2, True),
)
"""All that match count: the gravest severity, the highest tier, experienced people if any row says so."""

QUEUES = (
    _queue("no-triage", "not has_triage", "default_queue", "Without triage the case type's own queue holds"),
    _queue("hiring", '"hr" in topics', '"hr"', "Matters of people's employment go to HR"),
    _queue("regulated", '"REGULATORY" in reasons', '"compliance"', "Regulatory impact goes to compliance"),
    _queue(
        "suspicious",
        '"suspicious_payment" in topics',
        '"compliance"',
        "A suspicious payment goes to compliance",
    ),
    _queue(
        "ethical", '"ETHICAL_CONCERN" in reasons', '"compliance"', "An ethical question goes to compliance"
    ),
    _queue(
        "several-steps",
        '"MULTI_STEP" in reasons',
        '"sme"',
        "An expert works it, a supervisor oversees it",
        True,
    ),
    _queue(
        "unclear-risky", 'unclear and risk != "low"', '"compliance"', "Unclear and risky goes to compliance"
    ),
    _queue(
        "high-emotion",
        'emotional_nuance == "high"',
        '"supervisors"',
        "High emotional nuance goes to a senior queue",
    ),
    _queue(
        "repeated-error",
        '"REPEATED_ERROR" in reasons',
        '"operations"',
        "Repeated errors get an operational review",
    ),
    _queue("tool-team", "beyond_grants", "team", "The team that may use the tool"),
    _queue("unclear", "unclear", '"frontline"', "Unclear requests start at the front line"),
    _queue("collections", '"collections" in topics', '"collections"', "Debts stay with collections"),
    _queue("billing", 'topic == "billing"', '"billing"', "Billing goes to finance"),
    _queue("technical", 'topic == "technical"', '"engineering"', "Technical errors go to engineers"),
    _queue("shipment", 'topic == "shipment"', '"operations"', "Shipments go to operations"),
    _queue(
        "service-quality",
        'topic == "service_quality"',
        '"quality"',
        "Service quality goes to quality analysts",
    ),
    _queue("own-queue", "", "default_queue", "The case type's own queue"),
)
"""The first that matches, names a queue and suits the case's tier; failing all, the ladder's queue of it.

Oversight holds if any matching row asks for it.
"""
