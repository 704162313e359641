"""What each kind of alert means for people: who is told first, who next, when it passes on, what ends it. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass

from escalations.choices import AlertKind as K

NAMED = "named"  # the people and roles the alert names
OWNER = "owner"  # whoever answers for the queue (R012)

SUPERVISOR = "supervisor"  # any other word is a role, as far as it reaches the alert's client and queue
EXPERT = "sme"
QUALITY = "qa"
COMPLIANCE = "compliance"
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Meaning:
    """`chain[level]` is who is told at that level; each level waits `minutes` for somebody to take note (0: nobody
    is waited for). `ends_with` are states of its case in which the cause is over. A `passing` alert asks nothing of
    anybody: it is over once it is told. A `binding` one cannot be switched off.
    """

    chain: tuple[tuple[str, ...], ...]
    minutes: int = 0
    ends_with: frozenset[str] = frozenset()
    passing: bool = False
    binding: bool = False


_DONE = frozenset({"resolved", "closed", "auto_resolved"})
_TAKEN = _DONE | {"claimed", "on_hold", "snoozed", "with_ai"}
_UP = ((NAMED, OWNER), (SUPERVISOR,), (COMPLIANCE, ADMIN))

MEANINGS: Mapping[str, Meaning] = {
    K.SPIKE: Meaning(((NAMED, SUPERVISOR), (ADMIN,)), 15),
    K.COMPLAINTS: Meaning(((NAMED, SUPERVISOR), (COMPLIANCE, ADMIN)), 15),
    K.REPEATED_ERROR: Meaning(((NAMED, QUALITY), (SUPERVISOR,)), 60),
    K.ANOMALY: Meaning(((NAMED, EXPERT), (SUPERVISOR,), (COMPLIANCE,)), 10, _DONE, binding=True),
    K.INCONSISTENCY: Meaning(((NAMED, QUALITY), (SUPERVISOR,)), 120),
    K.SLA_WARNED: Meaning(((NAMED, OWNER),), 0, _DONE),
    K.SLA_BREACHED: Meaning(_UP, 15, _DONE, binding=True),
    K.RAISED: Meaning(_UP, 30, _TAKEN),
    K.UNROUTABLE: Meaning(((NAMED, OWNER, SUPERVISOR), (COMPLIANCE, ADMIN)), 10, _TAKEN, binding=True),
    K.WAITING_CRITICAL: Meaning(
        ((NAMED, OWNER, SUPERVISOR), (COMPLIANCE, ADMIN)), 5, _TAKEN, binding=True
    ),
    K.SKIPS: Meaning(_UP[:2], 60, _DONE),
    K.ASSIGNED: Meaning(((NAMED,),), passing=True),
    K.SUBTASK: Meaning(((NAMED,),), passing=True),
    K.OFFER: Meaning(((NAMED,),), passing=True),
    K.JOB_DEAD: Meaning(((NAMED, ADMIN), (SUPERVISOR,)), 30, _DONE),
    K.CHANNEL_FAILING: Meaning(((NAMED, ADMIN),), 0),
    K.AI_STOPPED: Meaning(((NAMED, SUPERVISOR), (COMPLIANCE, ADMIN)), 15, binding=True),
    K.AI_LESS: Meaning(((NAMED, SUPERVISOR), (ADMIN,)), 240, binding=True),
    K.DRIFT: Meaning(((NAMED, SUPERVISOR), (ADMIN,)), 60),
    K.POLICY_WAITS: Meaning(((NAMED,), (ADMIN,)), 1440),
    K.RULE_PROPOSED: Meaning(((NAMED,), (ADMIN,)), 10080),
    K.RULE_REVIEW: Meaning(((NAMED, ADMIN), (SUPERVISOR,)), 1440),
    K.DIGEST: Meaning(((NAMED, SUPERVISOR),), passing=True),
    K.WEEK: Meaning(((NAMED,),), passing=True),
    K.AUDIT_DISPUTE: Meaning(((NAMED, EXPERT, COMPLIANCE),), passing=True),
    K.AUDIT_WRONG: Meaning(((NAMED, OWNER, SUPERVISOR), (QUALITY, ADMIN)), 60, _TAKEN, binding=True),
}  # fmt: skip
"""Every kind has its line; a test holds it to that."""
