"""The one policy that Handrail ships. Every number in it is ours unless a requirement is named.

`python -m escalations.policy.default` prints the document as JSON, ready for an editor or a file.
"""

from copy import deepcopy
from functools import cache
from typing import Any

from escalations.policy.default.numbers import NOTES, NUMBERS
from escalations.policy.default.reasons import REASONS
from escalations.policy.default.routes import ALLOCATION, QUEUES, TIERS
from escalations.policy.default.words import (
    AMOUNT_FIELDS,
    COMMON_FIELDS,
    CREDIT_ACTIONS,
    INTENTS,
    LADDER,
    QUEUE_TIERS,
    TOPICS,
)
from escalations.policy.document import PolicyDocument
from escalations.policy.jdm import table
from escalations.policy.vocabulary import MATRIX, SCHEMA


def default_data() -> dict[str, Any]:
    """A fresh copy of the shipped document as JSON values: what a first `PolicyVersion.document` holds."""
    return deepcopy(_document())


def _document() -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "title": "Handrail default policy",
        "notes": NOTES,
        "numbers": NUMBERS,
        "thresholds": {},
        "sla_minutes": {"1": 60, "2": 240, "3": 480, "4": 1440},
        "queues": QUEUE_TIERS,
        "ladder": LADDER,
        "topics": TOPICS,
        "intents": INTENTS,
        "credit_actions": CREDIT_ACTIONS,
        "amount_fields": AMOUNT_FIELDS,
        "data_channels": ["form", "api", "action"],
        "document_channels": ["invoice", "form"],
        "common_fields": COMMON_FIELDS,
        "tables": {
            "reasons": table("reasons", (), ("code", "score", "limit", "evidence"), REASONS),
            "allocation": table("allocation", MATRIX, ("row", "allocation"), ALLOCATION),
            "tiers": table("tiers", (), ("tier", "severity", "experienced"), TIERS),
            "queues": table("queues", (), ("queue", "oversee"), QUEUES),
        },
    }


@cache
def default_document() -> PolicyDocument:
    """The shipped policy, compiled once per process."""
    return PolicyDocument.parse(default_data())
