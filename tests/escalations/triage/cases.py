"""Small cases and small training data for the tests of triage."""

from datetime import UTC, datetime
from typing import Any

from escalations.triage.types import CaseView, Utterance

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def case(*messages: str | tuple[str, str], **changes: Any) -> CaseView:
    """A mail case; a plain string is the customer's, a pair is (author, text)."""
    said = tuple(
        Utterance(*message, NOON) if isinstance(message, tuple) else Utterance("customer", message, NOON)
        for message in messages
    )
    values: dict[str, Any] = {"client": "acme", "case_type": "mail", "channel": "email", "subject": ""}
    return CaseView(**{**values, "messages": said, **changes})


MAIL = """Dear support team,

I hope this message finds you well. I have been a customer of yours for almost nine years now and I have
rarely had a reason to write. Last month, on March 3rd, I ordered a washing machine through your web shop,
order number ORD-55812, and I was told that it would be delivered within five working days. Since then I have
spoken to two very friendly colleagues, and both of them promised that they would look into it. On my bank
statement I can see that the amount of $849.00 was charged twice, once on March 3 and once on March 5. I would
like to ask you to refund the second payment as soon as possible. I would also like to know when the machine
will be delivered, because we have a new baby at home and doing the laundry at my mother's place every second
day is getting rather difficult for all of us. Could you please also confirm that the old machine will be
taken away?

Kind regards,
Anna Miller"""

SENTENCES: dict[str, tuple[str, ...]] = {
    "late_parcel": (
        "Where is my parcel?",
        "My order has not arrived yet.",
        "The delivery is three days late.",
        "When will my package be delivered?",
        "The tracking page has not changed since Monday.",
        "I am waiting for my delivery, when does it come?",
        "My parcel should have been here last week.",
        "Has my order been shipped yet?",
        "The courier never showed up with my package.",
        "Please tell me the delivery date of my order.",
    ),
    "double_charge": (
        "I was charged twice for the same order.",
        "The amount was taken two times from my account.",
        "My card was billed twice.",
        "There is a duplicate charge on my statement.",
        "You took the payment twice.",
        "I see two identical charges on my card.",
        "The same payment shows up two times on my bill.",
        "Why was my bank account debited twice?",
        "Please refund the second charge, it is a duplicate.",
        "One purchase, two payments on my credit card.",
    ),
    "password": (
        "I forgot my password.",
        "How do I reset my password?",
        "I cannot log in to my account.",
        "The login page rejects my password.",
        "My account is locked after too many attempts.",
        "I need a new password please.",
        "The reset link for my password does not work.",
        "I can't sign in any more.",
        "How can I change the password of my account?",
        "Logging in fails with an error.",
    ),
    "opening_hours": (
        "When are you open?",
        "What are your opening hours?",
        "Are you open on Sunday?",
        "At what time does the branch close?",
        "Is the shop open on public holidays?",
        "Until when can I visit you today?",
        "Do you open before nine?",
        "What time do you open on Saturday?",
        "Are you closed at lunch time?",
        "Which days is your office open?",
    ),
}

TEXTS = [text for texts in SENTENCES.values() for text in texts]
LABELS = [label for label, texts in SENTENCES.items() for _ in texts]
