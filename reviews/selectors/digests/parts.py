"""Which parts a role's digest has, and when there is nothing to tell. Values in, values out (R098)."""

from collections.abc import Collection, Mapping
from typing import Any

from accounts.choices import Capability as Can
from accounts.choices import RoleSlug
from reviews.choices import DigestPart as Part

DESK = (Part.LESSONS, Part.ERRORS, Part.AUDITS, Part.FATES)
FLOOR = (*DESK, Part.HANDOFFS, Part.PATTERNS, Part.ATTENTION)

BUILT_IN: Mapping[str, tuple[Part, ...]] = {
    RoleSlug.FRONTLINE: DESK,
    RoleSlug.SME: DESK,
    RoleSlug.SUPERVISOR: FLOOR,
    RoleSlug.QA: (Part.READING, Part.AUDITS, Part.LESSONS),
    RoleSlug.COMPLIANCE: (Part.AUTONOMY, Part.LESSONS),
    RoleSlug.ADMIN: (Part.AUTONOMY,),
    RoleSlug.AUDITOR: (),
    RoleSlug.AI_AGENT: (),
}
OTHERS: tuple[tuple[Can, tuple[Part, ...]], ...] = (
    (Can.QUALITY_REVIEW, BUILT_IN[RoleSlug.QA]),
    (Can.FLOOR_VIEW, FLOOR),
    (Can.CASE_DECIDE, DESK),
    (Can.POLICY_EDIT, BUILT_IN[RoleSlug.ADMIN]),
    (Can.AUTONOMY_EDIT, BUILT_IN[RoleSlug.ADMIN]),
)
"""A role that a desk made itself is told what the rights it has are there for."""


def parts_of(role: str, capabilities: Collection[str]) -> tuple[Part, ...]:
    """The parts of a role's digest, in their order; none: it gets no digest."""
    if role in BUILT_IN:
        return BUILT_IN[role]
    found = [part for capability, parts in OTHERS if capability in capabilities for part in parts]
    return tuple(dict.fromkeys(found))


def nothing_in(body: Mapping[str, Any]) -> bool:
    """Has the week nothing to tell this role? Planted errors are counted over many weeks, and one's own corrections are
    not in the body: neither makes a week worth a message.
    """
    told = (
        body.get(Part.LESSONS),
        body.get(Part.ERRORS, {}).get("fields"),
        body.get(Part.AUDITS),
        body.get(Part.HANDOFFS, {}).get("handed"),
        body.get(Part.PATTERNS),
        any(body.get(Part.READING, {}).values()),
        any(body.get(Part.AUTONOMY, {}).values()),
    )
    return not any(told)
