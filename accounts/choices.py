"""Who may do what, in words: capabilities, built-in roles, kinds of actor, kinds of ledger event."""

from django.db.models import TextChoices


class Capability(TextChoices):
    """One thing a role allows. A grant adds where: which clients, which queues, up to which tier."""

    CASE_VIEW = "case.view", "See cases"
    CASE_BROWSE = "case.browse", "Browse whole queues"
    CASE_CLAIM = "case.claim", "Claim and work cases"
    CASE_DECIDE = "case.decide", "Decide cases"
    CASE_SENIOR = "case.senior", "Take cases kept for senior staff"
    CASE_TAKE_OVER = "case.take_over", "Take a case from its holder"
    CASE_FLAG = "case.flag", "Flag a settled case"
    CASE_REOPEN = "case.reopen", "Reopen a closed case"
    QUALITY_REVIEW = "quality.review", "Review the quality of decisions"
    LEDGER_READ = "ledger.read", "Read the audit trail"
    POLICY_EDIT = "policy.edit", "Draft policy"
    ROLES_EDIT = "roles.edit", "Edit roles and grants"
    AGENTS_MANAGE = "agents.manage", "Manage AI agents and their tokens"
    CASE_POST = "case.post", "Post cases (AI agents)"
    CASE_APPEND = "case.append", "Add messages to own cases (AI agents)"
    CASE_STATUS = "case.status", "Read the state of own cases (AI agents)"


HUMAN_ONLY_CAPABILITIES = frozenset(
    c for c in Capability if c not in {"case.post", "case.append", "case.status"}
)
"""An AI identity can hold none of these, whatever its grants say (safety T7)."""


class RoleSlug(TextChoices):
    """The built-in eight (R046)."""

    FRONTLINE = "frontline", "Frontline agent"
    SUPERVISOR = "supervisor", "Supervisor"
    SME = "sme", "Subject-matter expert"
    COMPLIANCE = "compliance", "Compliance"
    QA = "qa", "QA analyst"
    ADMIN = "admin", "Admin"
    AUDITOR = "auditor", "Auditor (read only)"
    AI_AGENT = "ai_agent", "AI agent (non-human)"


class ActorKind(TextChoices):
    HUMAN = "human", "Person"
    AI = "ai", "AI agent"
    SYSTEM = "system", "System"


class EventKind(TextChoices):
    """Every kind of line in the ledger; the label is what the timeline says."""

    CASE_RECEIVED = "case.received", "posted the case"
    CASE_TRIAGING = "case.triaging", "started triage"
    CASE_TRIAGED = "case.triaged", "scored the case"
    CASE_ROUTED = "case.routed", "sent the case to a person"
    CASE_AUTO_RESOLVED = "case.auto_resolved", "settled the case"
    CASE_MESSAGE = "case.message", "added a message"
    CASE_MESSAGE_REFUSED = "case.message_refused", "was stopped from answering"
    CASE_CLAIMED = "case.claimed", "claimed the case"
    CASE_OPENED = "case.opened", "opened the case"
    CASE_RELEASED = "case.released", "gave the case back"
    CASE_LEASE_EXPIRED = "case.lease_expired", "lost the case to the clock"
    CASE_TAKEN_OVER = "case.taken_over", "took the case over"
    CASE_SKIPPED = "case.skipped", "skipped the case"
    CASE_DECIDED = "case.decided", "decided"
    CASE_UNDONE = "case.undone", "took the decision back"
    CASE_CLOSED = "case.closed", "made the decision final"
    CASE_ESCALATED = "case.escalated", "escalated the case"
    CASE_HELD = "case.held", "put the case on hold"
    CASE_SNOOZED = "case.snoozed", "snoozed the case"
    CASE_INFO_REQUESTED = "case.info_requested", "asked for information"
    CASE_RETURNED_TO_AI = "case.returned_to_ai", "returned the case to the AI"
    CASE_WOKEN = "case.woken", "brought the case back"
    CASE_REOPENED = "case.reopened", "reopened the case"
    CASE_FLAGGED = "case.flagged", "flagged the case"
    JOB_DEAD = "job.dead", "gave up on a piece of work"
    POLICY_PUBLISHED = "policy.published", "published a policy version"
    AGENT_CREATED = "agent.created", "registered an AI agent"
    AGENT_TOKEN_ISSUED = "agent.token_issued", "issued a token"
    AGENT_TOKEN_REVOKED = "agent.token_revoked", "revoked a token"
    AGENT_SUSPENDED = "agent.suspended", "suspended an AI agent"
    GRANT_GIVEN = "grant.given", "gave a role"
    GRANT_ENDED = "grant.ended", "ended a role"
    SIGNED_IN = "session.signed_in", "signed in"
    SIGNED_OUT = "session.signed_out", "signed out"
