"""Screens made by hand: plain values, rendered in a page's frame as the views render them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from accounts.models import User
from reviews.selectors.shapes import (
    CaseScreen,
    FieldView,
    HandoffView,
    MessageView,
    Option,
    Piece,
    QueueScreen,
    ReasonView,
    RowView,
    StepView,
    VerbView,
)

NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)

HANDOFF = HandoffView(
    by="billing-agent v14", summary="Two payments, one invoice.", wants="Issue credit: amount 84.20",
    cannot="credit above 50", confidence=64, told_customer=("I see one.",), known_facts=("Since 2017.",),
    open_question="Is the second a duplicate?", reply="I have credited the second payment.", missing=(),
    completeness=100,
)  # fmt: skip


def screen(**changes: Any) -> CaseScreen:
    """A held case with one of everything."""
    values: dict[str, Any] = {
        "id": "1", "ref": "HT-48210", "url": "/cases/HT-48210/", "title": "Charged twice", "mode": "held",
        "version": 3, "claim_token": 7, "state": "claimed", "state_label": "In review", "severity": 2,
        "severity_label": "High", "tier": 2, "client": "Harbour", "case_type": "Billing dispute",
        "queue": "Billing", "channel": "E-mail", "customer": (("Name", "Dana"),),
        "due_at": NOW + timedelta(hours=1),
        "due_minutes": 60, "lease_until": NOW + timedelta(minutes=15), "holder": "Maria L.",
        "holder_is_me": True,
        "allocation": "Person", "category": "Duplicate charge", "confidence": 64, "threshold": 95,
        "policy": "Policy v1", "model": "embedded-1",
        "reasons": (ReasonView("A", 1, "DISTRESS", "Distress", "0.81, limit 0.60", "Words that show it", 1),),
        "matrix": (), "rows": (), "meters": (), "mood": (),
        "messages": (MessageView(0, "customer", "Dana", NOW, (Piece("Hi. "), Piece("Third time", "A"))),),
        "handoff": HANDOFF, "steps": (StepView("blocked", "Issue credit", "not permitted"),),
        "fields": (
            FieldView("amount", "Amount", "84.20", 99, 90, False, 55.4, 50.4),
            FieldView("day", "Day", "2026-10-05", 71, 90, True, 39.8, 50.4, other="2026-10-03"),
        ),
        "guidance": ("Compare by capture date.",),
        "verbs": (
            VerbView("approve", "Approve", "a", "approved"),
            VerbView("correct", "Correct", "c", "corrected"),
        ),
        "dispositions": (Option("credited", "Credited"), Option("refused", "Refused")),
        "error_types": (Option("wrong_value", "Wrong value"),), "escalation_targets": (), "undo_seconds": 10,
        "actions": frozenset({"decide", "skip", "release"}),
    }  # fmt: skip
    return CaseScreen(**(values | changes))


def queue(**changes: Any) -> QueueScreen:
    """One waiting case with low confidence."""
    row = RowView(
        ref="HT-48212", url="/cases/HT-48212/", title="Address differs", severity=3, severity_label="Normal",
        due_at=NOW, why="Low confidence", more=2, low_confidence="64 %, below 95 %", client="Harbour",
        case_type="Billing dispute", held="", state="Waiting in queue",
    )  # fmt: skip
    values: dict[str, Any] = {
        "greeting": "Good evening Maria.", "tab": "mine", "tabs": (("mine", "Mine", 1),), "rows": (row,),
        "next_cursor": "", "waiting": 84, "mine": 1, "at_risk": 0, "done_today": 31, "max_claims": 3,
        "on_break": False, "may_browse": True, "may_claim": True, "filters": {}, "clients": (),
        "severities": (), "reasons": (),
    }  # fmt: skip
    return QueueScreen(**(values | changes))


def page(template: str, **context: Any) -> str:
    """The template as a signed-in person gets it."""
    request = RequestFactory().get("/")
    request.user = User(name="Maria Lagman", email="maria@example.test")
    return render_to_string(template, context, request=request)


def stranger(template: str) -> str:
    """The template as somebody who is not signed in gets it."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    return render_to_string(template, {}, request=request)
