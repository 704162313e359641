"""The built-in eight roles (R046): what each may do and up to which tier. Pure data; the rows are made from it."""

from dataclasses import dataclass

from accounts.choices import Capability as Can
from accounts.choices import RoleSlug as R

WORK = (Can.CASE_VIEW, Can.CASE_CLAIM, Can.CASE_DECIDE)


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A role as shipped; admins may change the row afterwards."""

    slug: R
    capabilities: tuple[Can, ...]
    max_tier: int
    description: str


BUILT_IN = (
    BuiltIn(
        R.FRONTLINE, (*WORK, Can.CASE_FLAG), 1, "Works the first tier: what is theirs or next, no browsing."
    ),
    BuiltIn(
        R.SUPERVISOR,
        (
            *WORK,
            Can.CASE_BROWSE,
            Can.CASE_SENIOR,
            Can.CASE_TAKE_OVER,
            Can.CASE_FLAG,
            Can.CASE_REOPEN,
            Can.CASE_ASSIGN,
            Can.FLOOR_VIEW,
            Can.PEOPLE_MANAGE,
            Can.INSIGHT_VIEW,
            Can.LESSON_PUBLISH,
            Can.POLICY_APPROVE_OPS,
            Can.AUTONOMY_STOP,
            Can.LEDGER_READ,
        ),
        2,
        "Leads a team: sees whole queues, takes over, reopens.",
    ),
    BuiltIn(
        R.SME,
        (*WORK, Can.CASE_BROWSE, Can.CASE_SENIOR, Can.CASE_FLAG, Can.AUDIT_ADJUDICATE, Can.LESSON_PUBLISH),
        3,
        "Knows one subject well and takes its hard cases.",
    ),
    BuiltIn(
        R.COMPLIANCE,
        (
            *WORK,
            Can.CASE_BROWSE,
            Can.CASE_SENIOR,
            Can.CASE_TAKE_OVER,
            Can.CASE_FLAG,
            Can.CASE_REOPEN,
            Can.FLOOR_VIEW,
            Can.INSIGHT_VIEW,
            Can.LESSON_PUBLISH,
            Can.AUDIT_ADJUDICATE,
            Can.AUTONOMY_STOP,
            Can.LEDGER_READ,
        ),
        3,
        "Decides what law or a regulator touches.",
    ),
    BuiltIn(
        R.QA,
        (
            Can.CASE_VIEW,
            Can.CASE_BROWSE,
            Can.CASE_FLAG,
            Can.FLOOR_VIEW,
            Can.QUALITY_REVIEW,
            Can.PLANTED_VIEW,
            Can.INSIGHT_VIEW,
            Can.LESSON_PUBLISH,
            Can.LEDGER_READ,
        ),
        3,
        "Reviews decisions; takes none.",
    ),
    BuiltIn(
        R.ADMIN,
        (
            Can.POLICY_EDIT,
            Can.POLICY_APPROVE_AI,
            Can.AUTONOMY_EDIT,
            Can.PLANTED_VIEW,
            Can.AUTONOMY_STOP,
            Can.MODEL_MANAGE,
            Can.INSIGHT_VIEW,
            Can.SLA_EDIT,
            Can.PEOPLE_MANAGE,
            Can.ALERTS_MANAGE,
            Can.ROLES_EDIT,
            Can.AGENTS_MANAGE,
        ),
        3,
        "Sets up people, AI agents, clocks and policy; sees no case.",
    ),
    BuiltIn(
        R.AUDITOR,
        (Can.CASE_VIEW, Can.CASE_BROWSE, Can.INSIGHT_VIEW, Can.PLANTED_VIEW, Can.LEDGER_READ),
        3,
        "Reads; changes nothing.",
    ),
    BuiltIn(
        R.AI_AGENT,
        (Can.CASE_POST, Can.CASE_APPEND, Can.CASE_STATUS),
        3,
        "Software: posts cases and reads its own. Never decides.",
    ),
)
