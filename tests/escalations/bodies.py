"""Bodies that agents send."""

from typing import Any
from uuid import uuid4


def faq(**changes: Any) -> dict[str, Any]:
    """A harmless question in chat, with nothing left out."""
    body: dict[str, Any] = {
        "external_id": uuid4().hex,
        "case_type": "faq_chat",
        "channel": "chat",
        "subject": "Opening hours",
        "messages": [
            {"author": "customer", "text": "When are you open on Sunday?", "at": "2026-03-01T09:30:00Z"}
        ],
        "customer": {"id": "C-7", "name": "Dana Quill"},
        "fields": [],
        "handoff": handoff(),
    }
    return {**body, **changes}


def dispute(**changes: Any) -> dict[str, Any]:
    """A disputed charge: money, a record that says otherwise, an action above the agent's authority (R027)."""
    text = "I was charged 120.00 twice on account 4471. I dispute the second one."
    body = faq(
        case_type="billing_dispute",
        channel="email",
        subject="Charged twice",
        messages=[{"author": "customer", "text": text, "at": "2026-03-01T09:30:00Z"}],
        fields=[
            {"name": "amount", "value": "120.00", "confidence": 0.62, "source": _span(text, "120.00")},
            {"name": "account_number", "value": "4471", "confidence": 0.97, "source": _span(text, "4471")},
        ],
        handoff=handoff(
            intent="billing_dispute",
            confidence=0.58,
            proposed={"action": "issue_credit", "arguments": {"amount": "120.00"}},
            reasons=["BEYOND_PERMISSION"],
        ),
    )
    return {**body, **changes}


def handoff(**changes: Any) -> dict[str, Any]:
    """A complete package."""
    package: dict[str, Any] = {
        "schema": "handoff/1",
        "summary": "The customer asks for the opening hours.",
        "intent": "faq_general",
        "confidence": 0.97,
        "proposed": {"action": "answer_customer", "arguments": {"page": "hours"}},
        "steps": [
            {
                "tool": "search_help",
                "arguments": {"q": "opening hours"},
                "result": {"summary": "1 page"},
                "ok": True,
                "at": "2026-03-01T09:30:10Z",
            }
        ],
        "told_customer": ["One moment."],
        "known_facts": ["asks about Sunday"],
        "open_question": "",
        "reasons": [],
        "agent_version": "acme-bot-1",
        "policy_version": "1",
    }
    return {**package, **changes}


def _span(text: str, value: str) -> dict[str, int]:
    start = text.index(value)
    return {"message": 0, "start": start, "end": start + len(value)}
