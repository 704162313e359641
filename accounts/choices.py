"""Who may do what, in words: capabilities, built-in roles, kinds of actor, kinds of ledger event."""

from django.db.models import IntegerChoices, TextChoices


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
    CASE_ASSIGN = "case.assign", "Move and assign other people's cases"
    FLOOR_VIEW = "floor.view", "See the supervisor's board"
    QUALITY_REVIEW = "quality.review", "Review the quality of decisions"
    LEDGER_READ = "ledger.read", "Read the audit trail"
    AUDIT_ADJUDICATE = "audit.adjudicate", "Settle disagreements of audits"
    PLANTED_VIEW = "planted.view", "See which cases are planted tests of attention"
    INSIGHT_VIEW = "insight.view", "See figures of handoffs, autonomy and learning"
    LESSON_PUBLISH = "lesson.publish", "Publish and retire lessons from cases"
    POLICY_EDIT = "policy.edit", "Draft policy"
    POLICY_APPROVE_AI = "policy.approve_ai", "Approve policy and autonomy for the AI's side"
    POLICY_APPROVE_OPS = "policy.approve_ops", "Approve policy and autonomy for operations"
    AUTONOMY_EDIT = "autonomy.edit", "Set what the AI may settle alone, and its promise"
    AUTONOMY_STOP = "autonomy.stop", "Stop the AI from settling cases"
    MODEL_MANAGE = "model.manage", "Export examples, train and promote models"
    SLA_EDIT = "sla.edit", "Edit tiers, decision trees, SLA policies and calendars"
    PEOPLE_MANAGE = "people.manage", "Manage teams, skills and shifts"
    ALERTS_MANAGE = "alerts.manage", "Manage alerts and where they go"
    ROLES_EDIT = "roles.edit", "Edit roles and grants"
    AGENTS_MANAGE = "agents.manage", "Manage AI agents and their tokens"
    CASE_POST = "case.post", "Post cases (AI agents)"
    CASE_APPEND = "case.append", "Add messages to own cases (AI agents)"
    CASE_STATUS = "case.status", "Read the state of own cases (AI agents)"


HUMAN_ONLY_CAPABILITIES = frozenset(
    c for c in Capability if c not in {"case.post", "case.append", "case.status"}
)
"""An AI identity can hold none of these, whatever its grants say (safety T7)."""


DESK_POWERS = frozenset(
    {
        Capability.POLICY_EDIT,
        Capability.AUTONOMY_EDIT,
        Capability.MODEL_MANAGE,
        Capability.SLA_EDIT,
        Capability.PEOPLE_MANAGE,
        Capability.ALERTS_MANAGE,
        Capability.ROLES_EDIT,
        Capability.AGENTS_MANAGE,
    }
)
"""Powers over the desk itself. Nobody gives one further than they hold it. Work on cases is different: who hands
it out must not do it too, so there the reach of `roles.edit` is the limit.
"""

CONFLICTS = (
    (Capability.ROLES_EDIT, Capability.CASE_DECIDE, "hands out rights and decides cases"),
    (Capability.POLICY_EDIT, Capability.CASE_DECIDE, "writes the policy and decides under it"),
    (Capability.QUALITY_REVIEW, Capability.CASE_DECIDE, "decides cases and judges decisions"),
    (Capability.POLICY_APPROVE_AI, Capability.POLICY_APPROVE_OPS, "approves policy for both sides"),
    (Capability.ALERTS_MANAGE, Capability.CASE_DECIDE, "decides cases and can silence alerts"),
)
"""Pairs that one role should not hold together: shown as a warning, not refused."""


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


class Level(IntegerChoices):
    """How well somebody knows a skill. A sensitive case asks for the highest (R036)."""

    LEARNING = 1, "Learning"
    ABLE = 2, "Able"
    EXPERIENCED = 3, "Experienced"


class PresenceState(TextChoices):
    """Where a person is. Only who is available is offered cases; who is busy goes on by themselves."""

    AVAILABLE = "available", "Available"
    BUSY = "busy", "Busy"
    WRAP_UP = "wrap_up", "Wrap-up"
    AWAY = "away", "Away"
    TRAINING = "training", "Training"
    OFFLINE = "offline", "Offline"


class TimeOffReason(TextChoices):
    LEAVE = "leave", "Leave"
    SICK = "sick", "Sick"
    HOLIDAY = "holiday", "Public holiday"
    COURSE = "course", "Course"
    OTHER = "other", "Other"


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
    CASE_RAISED = "case.raised", "raised the case to the next tier"
    CASE_MOVED = "case.moved", "moved the case to another queue"
    CASE_REFILED = "case.refiled", "moved the waiting case to another queue"
    CASE_ASSIGNED = "case.assigned", "assigned the case"
    CASE_OFFERED = "case.offered", "offered the case"
    CASE_OFFER_LAPSED = "case.offer_lapsed", "took the offer back"
    CASE_UNROUTABLE = "case.unroutable", "found nobody who could take the case"
    CASE_ROUTABLE = "case.routable", "found people for the case again"
    CASE_GROUPED = "case.grouped", "joined the case to an operations case"
    SLA_STARTED = "sla.started", "started the clocks"
    SLA_RETIMED = "sla.retimed", "timed the clocks anew"
    SLA_WARNED = "sla.warned", "warned that time runs out"
    SLA_BREACHED = "sla.breached", "found the time passed"
    SLA_STOPPED = "sla.stopped", "stopped the clocks"
    SUBTASK_OPENED = "subtask.opened", "opened a sub-task"
    SUBTASK_ASSIGNED = "subtask.assigned", "passed a sub-task on"
    SUBTASK_DONE = "subtask.done", "finished a sub-task"
    SUBTASK_REOPENED = "subtask.reopened", "reopened a sub-task"
    ALERT_RAISED = "alert.raised", "raised an alert"
    ALERT_ACKNOWLEDGED = "alert.acknowledged", "took note of an alert"
    ALERT_ESCALATED = "alert.escalated", "passed an alert on"
    ALERT_ENDED = "alert.ended", "ended an alert"
    JOB_DEAD = "job.dead", "gave up on a piece of work"
    POLICY_PUBLISHED = "policy.published", "published a policy version"
    POLICY_DRAFTED = "policy.drafted", "drafted a policy version"
    POLICY_SCHEDULED = "policy.scheduled", "set when a policy draft goes live"
    POLICY_WITHDRAWN = "policy.withdrawn", "withdrew a policy draft"
    POLICY_REHEARSED = "policy.rehearsed", "rehearsed a policy draft"
    POLICY_APPROVED = "policy.approved", "approved a policy draft"
    POLICY_REFUSED = "policy.refused", "refused a policy draft"
    POLICY_ROLLED_BACK = "policy.rolled_back", "went back to an earlier policy"
    POLICY_ACKNOWLEDGED = "policy.acknowledged", "took note of the policy in force"
    AUTONOMY_PROPOSED = "autonomy.proposed", "proposed more autonomy"
    AUTONOMY_APPROVED = "autonomy.approved", "approved more autonomy"
    AUTONOMY_REFUSED = "autonomy.refused", "refused more autonomy"
    AUTONOMY_CHANGED = "autonomy.changed", "changed what the AI may settle alone"
    AUTONOMY_PROMISED = "autonomy.promised", "set the error rate that is promised"
    AUTONOMY_TRIPPED = "autonomy.tripped", "stopped the AI: a breaker tripped"
    AUTONOMY_STOPPED = "autonomy.stopped", "stopped the AI by hand"
    AUTONOMY_RESUMED = "autonomy.resumed", "let the AI settle cases again"
    CHECKLIST_CHANGED = "checklist.changed", "changed a process's checklist"
    CERTIFICATE_ISSUED = "certificate.issued", "certified a threshold"
    CERTIFICATE_ENDED = "certificate.ended", "ended a certificate"
    DRIFT_SEEN = "drift.seen", "saw the work drift"
    AUDIT_COMMITTED = "audit.committed", "committed to the draw of a period"
    AUDIT_REVEALED = "audit.revealed", "revealed the draw of a period"
    AUDIT_RATE_CHANGED = "audit.rate_changed", "changed how many cases are audited"
    AUDIT_DRAWN = "audit.drawn", "drew the case for an audit"
    AUDIT_ANSWERED = "audit.answered", "audited the case without seeing the AI's answer"
    AUDIT_ADJUDICATED = "audit.adjudicated", "settled a disagreement of audits"
    PLANT_MADE = "plant.made", "planted a test of attention"
    PLANT_ANSWERED = "plant.answered", "told what was planted in the case"
    PLANT_WITHDRAWN = "plant.withdrawn", "withdrew a planted case"
    PATTERN_CHANGED = "pattern.changed", "changed a pattern's owner or action"
    REVIEW_BUILT = "review.built", "built the weekly handoff review"
    FEEDBACK_GIVEN = "feedback.given", "passed on what the customer thought"
    VIGILANCE_CHANGED = "vigilance.changed", "changed how attention is tested"
    CASE_ANSWERED_UNAIDED = "case.answered_unaided", "answered before seeing the AI's answer"
    DATASET_MADE = "dataset.made", "made a dataset of corrections"
    DATASET_EXPORTED = "dataset.exported", "exported a dataset of corrections"
    MODEL_TRAINED = "model.trained", "trained a model"
    MODEL_REFUSED = "model.refused", "refused a trained model"
    MODEL_PROPOSED = "model.proposed", "proposed a model"
    MODEL_PROMOTED = "model.promoted", "promoted a model"
    MODEL_RETIRED = "model.retired", "retired a model"
    LESSON_WRITTEN = "lesson.written", "wrote a lesson"
    LESSON_PUBLISHED = "lesson.published", "published a lesson"
    LESSON_RETIRED = "lesson.retired", "retired a lesson"
    LESSON_ERASED = "lesson.erased", "erased the text of a lesson"
    DIGEST_BUILT = "digest.built", "built the digests of a week"
    RULE_REVIEWED = "rule.reviewed", "opened or closed the review of a rule"
    RULE_PROPOSED = "rule.proposed", "proposed a rule from corrections"
    RULE_ANSWERED = "rule.answered", "answered a proposed rule"
    AGENT_CREATED = "agent.created", "registered an AI agent"
    AGENT_TOKEN_ISSUED = "agent.token_issued", "issued a token"
    AGENT_TOKEN_REVOKED = "agent.token_revoked", "revoked a token"
    AGENT_SUSPENDED = "agent.suspended", "suspended an AI agent"
    GRANT_GIVEN = "grant.given", "gave a role"
    GRANT_ENDED = "grant.ended", "ended a role"
    ROLE_CREATED = "role.created", "created a role"
    ROLE_CHANGED = "role.changed", "changed a role"
    ROLE_DELETED = "role.deleted", "deleted a role"
    TEAM_CHANGED = "team.changed", "changed a team"
    SKILL_CHANGED = "skill.changed", "changed a skill"
    PERSON_CHANGED = "person.changed", "changed a person's skills, shifts or capacity"
    PRESENCE_CHANGED = "presence.changed", "changed their presence"
    QUEUE_CHANGED = "queue.changed", "changed a queue"
    TIER_CHANGED = "tier.changed", "changed a tier"
    TREE_PUBLISHED = "tree.published", "published a decision tree"
    SLA_POLICY_CHANGED = "sla_policy.changed", "changed an SLA policy"
    CALENDAR_CHANGED = "calendar.changed", "changed a business calendar"
    ENDPOINT_CHANGED = "endpoint.changed", "changed where alerts go"
    DELIVERY_REPLAYED = "delivery.replayed", "sent a notification again"
    SUBSCRIPTION_CHANGED = "subscription.changed", "changed who gets which alerts"
    SIGNED_IN = "session.signed_in", "signed in"
    SIGNED_OUT = "session.signed_out", "signed out"
