"""The built-in eight roles (R046): what each may do and up to which tier. Pure data; the rows are made from it."""

from dataclasses import dataclass

from accounts.choices import Capability as C
from accounts.choices import RoleSlug as R

WORK = (C.CASE_VIEW, C.CASE_CLAIM, C.CASE_DECIDE)


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A role as shipped; admins may change the row afterwards."""

    slug: R
    capabilities: tuple[C, ...]
    max_tier: int
    description: str


BUILT_IN = (
    BuiltIn(
        R.FRONTLINE, (*WORK, C.CASE_FLAG), 1, "Works the first tier: what is theirs or next, no browsing."
    ),
    BuiltIn(
        R.SUPERVISOR,
        (*WORK, C.CASE_BROWSE, C.CASE_SENIOR, C.CASE_TAKE_OVER, C.CASE_FLAG, C.CASE_REOPEN, C.LEDGER_READ),
        2,
        "Leads a team: sees whole queues, takes over, reopens.",
    ),
    BuiltIn(
        R.SME,
        (*WORK, C.CASE_BROWSE, C.CASE_SENIOR, C.CASE_FLAG),
        3,
        "Knows one subject well and takes its hard cases.",
    ),
    BuiltIn(
        R.COMPLIANCE,
        (*WORK, C.CASE_BROWSE, C.CASE_SENIOR, C.CASE_TAKE_OVER, C.CASE_FLAG, C.CASE_REOPEN, C.LEDGER_READ),
        3,
        "Decides what law or a regulator touches.",
    ),
    BuiltIn(
        R.QA,
        (C.CASE_VIEW, C.CASE_BROWSE, C.CASE_FLAG, C.QUALITY_REVIEW, C.LEDGER_READ),
        3,
        "Reviews decisions; takes none.",
    ),
    BuiltIn(
        R.ADMIN,
        (C.POLICY_EDIT, C.ROLES_EDIT, C.AGENTS_MANAGE),
        3,
        "Sets up people, AI agents and policy; sees no case.",
    ),
    BuiltIn(R.AUDITOR, (C.CASE_VIEW, C.CASE_BROWSE, C.LEDGER_READ), 3, "Reads; changes nothing."),
    BuiltIn(
        R.AI_AGENT,
        (C.CASE_POST, C.CASE_APPEND, C.CASE_STATUS),
        3,
        "Software: posts cases and reads its own. Never decides.",
    ),
)
