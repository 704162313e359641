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
from escalations.models.case import Case, ExtractedField, Handoff, Message
from escalations.models.clock import BusinessCalendar, Clock, SlaPolicy
from escalations.models.errorgroup import ErrorGroup, Sighting
from escalations.models.judgement import Decision, Routing, TriageRecord
from escalations.models.queue import CaseType, PolicyVersion, Queue
from escalations.models.tier import DecisionTree, SubTask, TierRule
from escalations.models.work import ApiRequest, Backlog, Job

__all__ = [
    "Alert",
    "ApiRequest",
    "Backlog",
    "BusinessCalendar",
    "Case",
    "CaseType",
    "Clock",
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
    "Notice",
    "PolicyVersion",
    "Queue",
    "QuietHours",
    "Routing",
    "Sighting",
    "SlaPolicy",
    "SubTask",
    "Subscription",
    "TierRule",
    "TriageRecord",
    "Watermark",
]
