"""What a tree may ask of a case, and which departments a case concerns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DEPARTMENTS = {
    # topic of a category (see the policy's `topics`): the department, which is also its queue
    "billing": "billing",
    "shipment": "operations",
    "technical": "engineering",
    "service_quality": "quality",
    "collections": "collections",
    "hr": "hr",
    "regulatory": "compliance",
    "suspicious_payment": "compliance",
}
"""Which department each topic belongs to. Topics that are not here belong to whoever has the case."""


@dataclass(frozen=True, slots=True)
class TreeFacts:
    """One case as a tree sees it. `tier` is where policy puts it, or the tier it is about to rise to; `queue` is the
    one that policy chose.

    `severity` is 1 (gravest) to 4, `confidence` 0 to 100 or None, `amount` in the case's own currency or None.
    """

    severity: int = 3
    tier: int = 1
    client: str = ""
    type: str = ""
    channel: str = ""
    category: str = ""
    queue: str = ""
    risk: str = "low"
    reasons: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    amount: float | None = None
    confidence: float | None = None
    repeated_errors: int = 0

    @property
    def department_count(self) -> int:
        return len(self.departments)


def departments_of(labels: Iterable[str], topics: Mapping[str, str]) -> tuple[str, ...]:
    """The departments that a case's category and intents concern, each once, in the order of the labels."""
    found = (DEPARTMENTS.get(topics.get(label, "")) for label in labels)
    return tuple(dict.fromkeys(one for one in found if one))
