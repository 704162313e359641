"""Which part of a policy decides what the AI may settle, and whether a past case would have been its own. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from escalations.auditing import arm_of
from escalations.policy import jdm
from escalations.policy.document import PolicyDocument
from escalations.policy.replay import replay

_PARTS = (
    "numbers", "topics", "intents", "credit_actions", "amount_fields", "data_channels", "document_channels",
    "common_fields",
)  # fmt: skip
_TABLES = ("reasons", "allocation")


def settling_part(document: Mapping[str, Any]) -> dict[str, Any]:
    """All of a document that has a say in whether the AI settles a case. Two that are equal settle the same ones, up to
    the thresholds, which only ever let less through than is certified. Words, queues, tiers and times have none.
    """
    tables = {
        name: sorted(
            (row.id, row.condition, sorted(row.outputs.items())) for row in jdm.rows(document["tables"][name])
        )
        for name in _TABLES
    }
    return {**{name: document[name] for name in _PARTS}, "tables": tables}


def candidate(
    kept: Mapping[str, Any], result: Mapping[str, Any] | None, policy: PolicyDocument
) -> float | None:
    """The confidence of a past case that `policy` would leave to the AI, or to its doubt alone; None for any other.

    `kept` and `result` as in `policy.replay`; KeyError where too little was kept.
    """
    outcome = replay(kept, result, policy)
    arm = arm_of(asdict(outcome), required=bool(kept["rules"]["required_fields"]))
    return outcome.confidence if arm else None
