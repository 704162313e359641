"""Types that the AI may settle alone: informational, structured, answered within minutes (R005 to R008)."""

from config.demo.shapes import CaseType, Disposition

FAQ_CHAT = CaseType(
    slug="faq_chat",
    client="",
    name="Question in chat",
    channels=("chat", "email", "form"),
    default_queue="frontline",
    dispositions=(
        Disposition("answered", "Answered"),
        Disposition("answered_partly", "Answered in part"),
        Disposition("passed_on", "Passed to the right team"),
        Disposition("not_for_us", "Not for us"),
    ),
    guidance=(
        "Read what the AI already said; do not ask for it again.",
        "Answer from the help page, and name the page.",
        "If the customer asked for a person, say your first name.",
    ),
    suggested_reply="Hello, I have read your chat so far. Here is what I found:",
    autonomy="autonomous",
    risk="low",
    sla_minutes=10,
    threshold=0.75,
    tool_teams={"send_reset_link": "frontline", "issue_credit": "billing"},
    undo_seconds=10,
    weight=1,
)

ORDER_STATUS = CaseType(
    slug="order_status",
    client="",
    name="Order status",
    channels=("chat", "email", "form", "api"),
    default_queue="operations",
    dispositions=(
        Disposition("status_given", "Status given"),
        Disposition("traced", "Trace opened"),
        Disposition("not_found", "No such order"),
    ),
    guidance=(
        "Check the order number against the confirmation.",
        "Say where it is now and what happens next.",
        "If it is late, open a delay case instead of guessing a day.",
    ),
    suggested_reply="Hello, I looked up your order. It is now",
    autonomy="autonomous",
    risk="low",
    sla_minutes=10,
    threshold=0.75,
    required_fields=("order_number",),
    field_thresholds={"order_number": 0.85},
    tool_teams={"quote_reroute": "operations", "issue_credit": "billing"},
    undo_seconds=10,
    weight=1,
)

ACCOUNT_ACCESS = CaseType(
    slug="account_access",
    client="",
    name="Account access",
    channels=("chat", "form", "email"),
    default_queue="frontline",
    dispositions=(
        Disposition("link_sent", "Reset link sent"),
        Disposition("identity_checked", "Unlocked after identity check"),
        Disposition("identity_failed", "Identity check failed"),
    ),
    guidance=(
        "Never read a code or a password to anybody.",
        "Send links only to the address on file.",
        "Two failed checks: stop and tell compliance.",
    ),
    suggested_reply="Hello, I have sent a new link to the address that we have on file.",
    autonomy="autonomous",
    risk="low",
    sla_minutes=10,
    threshold=0.75,
    required_fields=("account_number",),
    field_thresholds={"account_number": 0.85},
    tool_teams={"send_reset_link": "frontline", "unlock_account": "compliance"},
    undo_seconds=10,
    weight=1,
)

DATA_CORRECTION = CaseType(
    slug="data_correction",
    client="",
    name="Correction of contact details",
    channels=("form", "email", "chat"),
    default_queue="frontline",
    dispositions=(
        Disposition("corrected", "Corrected"),
        Disposition("proof_needed", "Proof asked for"),
        Disposition("refused", "Not changed"),
    ),
    guidance=(
        "Compare the old value with the record before you change it.",
        "A change of name or birth date needs a document.",
        "Tell the old address that the change was made.",
    ),
    suggested_reply="Hello, we have changed your details as you asked.",
    autonomy="autonomous",
    risk="low",
    sla_minutes=15,
    threshold=0.8,
    required_fields=("patient_number", "new_value"),
    field_thresholds={"patient_number": 0.9, "new_value": 0.85},
    tool_teams={"update_contact": "frontline", "update_identity": "compliance"},
    undo_seconds=30,
    weight=1,
)

QUESTIONS = (FAQ_CHAT, ORDER_STATUS, ACCOUNT_ACCESS, DATA_CORRECTION)
