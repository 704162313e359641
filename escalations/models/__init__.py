"""The case and everything that is decided about it."""

from escalations.models.case import Case, ExtractedField, Handoff, Message
from escalations.models.judgement import Decision, Routing, TriageRecord
from escalations.models.queue import CaseType, PolicyVersion, Queue
from escalations.models.work import ApiRequest, Backlog, Job

__all__ = [
    "ApiRequest",
    "Backlog",
    "Case",
    "CaseType",
    "Decision",
    "ExtractedField",
    "Handoff",
    "Job",
    "Message",
    "PolicyVersion",
    "Queue",
    "Routing",
    "TriageRecord",
]
