"""An AI agent takes note of the policy in force: from then on it may act alone under it (R090)."""

from django.db import connection

from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.models import AIAgent
from escalations.errors import Conflict
from escalations.models import Acknowledgement, PolicyVersion
from escalations.selectors.policy import live_policy

ONCE = """
INSERT INTO escalations_acknowledgement (agent_id, version_id, via, at)
VALUES (%s, %s, %s, statement_timestamp()) ON CONFLICT DO NOTHING RETURNING id
"""


def acknowledge(*, agent: AIAgent, version: PolicyVersion, via: str) -> bool:
    """Keep that `agent` knows `version`, with one event, inside the caller's transaction. False when it did already."""
    with connection.cursor() as cursor:
        cursor.execute(ONCE, [agent.pk, version.pk, via])
        new = cursor.fetchone() is not None
    if new:
        record(
            stream_of("agent", agent.pk), kind=EventKind.POLICY_ACKNOWLEDGED, actor=agent, number=version.number,
            digest=version.digest, via=via,
        )  # fmt: skip
    return new


def acknowledge_live(*, agent: AIAgent, number: int) -> PolicyVersion:
    """The agent says that it works under version `number` now. Conflict unless that is the one in force."""
    live = live_policy()
    if number != live.number:
        raise Conflict(f"Version {live.number} is in force: read that one, and acknowledge it.")
    acknowledge(agent=agent, version=live, via=Acknowledgement.Via.API)
    return live
