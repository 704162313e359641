"""The case and everything that is decided about it."""

from escalations.models.alert import (
    Alert,
    CountBucket,
    Delivery,
    Endpoint,
    Notice,
    QuietHours,
    Subscription,
    Watermark,
)
from escalations.models.audit import (
    AuditAnswer,
    AuditDraw,
    AuditGrade,
    AuditItem,
    AuditPeriod,
    AuditPlan,
    AuditSkip,
    BlindLabel,
)
from escalations.models.autonomy import (
    Breaker,
    Certificate,
    Checklist,
    Promise,
    Proof,
    StepApproval,
    StepUp,
    Trip,
    Watch,
)
from escalations.models.board import AgeCount, ArrivalHour, Cluster, PersonHour, TierDay
from escalations.models.case import Case, ExtractedField, Handoff, Message
from escalations.models.clock import BusinessCalendar, Clock, SlaPolicy
from escalations.models.errorgroup import ErrorGroup, Sighting
from escalations.models.floor import Need, Offer
from escalations.models.judgement import Decision, Routing, TriageRecord
from escalations.models.queue import CaseType, PolicyVersion, Queue
from escalations.models.release import (
    Acknowledgement,
    Approval,
    PolicyDraft,
    Rehearsal,
    RehearsalChunk,
    RehearsedMove,
    RuleReview,
)
from escalations.models.tier import DecisionTree, SubTask, TierRule
from escalations.models.work import ApiRequest, Backlog, Job

__all__ = [
    "Acknowledgement",
    "AgeCount",
    "Alert",
    "ApiRequest",
    "Approval",
    "ArrivalHour",
    "AuditAnswer",
    "AuditDraw",
    "AuditGrade",
    "AuditItem",
    "AuditPeriod",
    "AuditPlan",
    "AuditSkip",
    "Backlog",
    "BlindLabel",
    "Breaker",
    "BusinessCalendar",
    "Case",
    "CaseType",
    "Certificate",
    "Checklist",
    "Clock",
    "Cluster",
    "CountBucket",
    "Decision",
    "DecisionTree",
    "Delivery",
    "Endpoint",
    "ErrorGroup",
    "ExtractedField",
    "Handoff",
    "Job",
    "Message",
    "Need",
    "Notice",
    "Offer",
    "PersonHour",
    "PolicyDraft",
    "PolicyVersion",
    "Promise",
    "Proof",
    "Queue",
    "QuietHours",
    "Rehearsal",
    "RehearsalChunk",
    "RehearsedMove",
    "Routing",
    "RuleReview",
    "Sighting",
    "SlaPolicy",
    "StepApproval",
    "StepUp",
    "SubTask",
    "Subscription",
    "TierDay",
    "TierRule",
    "TriageRecord",
    "Trip",
    "Watch",
    "Watermark",
]
