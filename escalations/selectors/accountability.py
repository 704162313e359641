"""Who answers for a case at this moment: always exactly one person (R012)."""

from accounts.models import User
from escalations.models import Case


def accountable_for(case: Case) -> User:
    """Whoever holds the case; else the owner of the queue it lies in; before it is in one, the AI agent's owner."""
    if case.holder is not None:
        return case.holder
    if case.queue is not None:
        return case.queue.owner
    return case.agent.owner
