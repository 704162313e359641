"""The words of the default policy: labels and their topics, names that mean money, the queues there are."""

QUEUE_TIERS: dict[str, dict[str, int]] = {
    "frontline": {"least": 1, "most": 1},
    "billing": {"least": 1, "most": 3},
    "operations": {"least": 1, "most": 3},
    "collections": {"least": 1, "most": 3},
    "engineering": {"least": 1, "most": 3},
    "quality": {"least": 1, "most": 3},
    "supervisors": {"least": 2, "most": 2},
    "hr": {"least": 2, "most": 3},
    "sme": {"least": 3, "most": 3},
    "compliance": {"least": 3, "most": 3},
}
"""The queues that the tables may name, and the tiers of their cases. A queue that is not here takes any."""

LADDER = {"1": "frontline", "2": "supervisors", "3": "sme"}
"""Where a case of each tier goes when no other queue suits it."""

_LABELS_OF: dict[str, tuple[str, ...]] = {
    "billing": (
        "billing",
        "billing_dispute",
        "duplicate_charge",
        "refund",
        "refund_request",
        "invoice",
        "invoice_match",
        "invoice_mismatch",
    ),
    "shipment": (
        "shipment",
        "delivery_delay",
        "delayed_shipment",
        "damaged_goods",
        "order_status",
    ),
    "technical": ("technical", "technical_fault", "outage", "system_error"),
    "suspicious_payment": ("suspicious_payment", "fraud", "money_laundering"),
    "regulatory": ("regulatory", "regulatory_complaint"),
    "service_quality": ("service_quality", "complaint", "complaint_service"),
    "collections": ("collections", "payment_reminder", "payment_plan"),
    "hr": ("hr", "resume_screening", "resume_application", "job_application"),
    "unclear": ("unclear", "oos", "out_of_scope", "unknown", "other"),
}

TOPICS = {label: topic for topic, labels in _LABELS_OF.items() for label in labels}
"""Triage category or case type to topic. A label that is not here has none: its type's own queue holds."""

INTENTS: dict[str, list[str]] = {
    "complaint": ["complaint", "complain"],
    "dispute": ["dispute", "disputed", "chargeback", "duplicate_charge"],
    "negotiate": ["negotiate", "negotiation", "payment_plan", "settlement", "hardship"],
    "human_requested": ["human_agent", "human_requested", "speak_to_human", "talk_to_human"],
    "regulatory": ["regulatory", "regulator", "ombudsman"],
    "sensitive": ["bereavement", "medical", "harassment"],
    "ethical": ["ethical", "ethics", "discrimination"],
}
"""Words in the name of a category or intent that say the same as a signal, matched as whole words."""

CREDIT_ACTIONS = ["issue_credit", "refund", "refund_payment", "write_off", "waive_fee", "compensate"]
"""Actions that give money away; they are held to `credit_limit` beyond their grant."""

AMOUNT_FIELDS = [
    "amount",
    "amount_due",
    "balance",
    "credit",
    "fee",
    "invoice_total",
    "net",
    "price",
    "sum",
    "total",
    "unit_price",
]
"""Names of fields and arguments that hold money; a name ending in one of them does too (`refund_amount`)."""

COMMON_FIELDS = [
    *AMOUNT_FIELDS,
    *("account_number", "action", "address", "charge_date", "city", "country", "currency", "customer"),
    *("customer_name", "customer_number", "date", "description", "discount", "due_date", "email", "iban"),
    *(
        "invoice_date",
        "invoice_number",
        "line",
        "line_items",
        "lines",
        "message",
        "name",
        "new_value",
        "note",
    ),
    *(
        "order_date",
        "order_number",
        "payment_terms",
        "phone",
        "po_number",
        "post",
        "postcode",
        "promised_date",
    ),
    *("quantity", "reference", "subject", "tax", "tracking_number", "unit", "vendor", "vendor_number"),
]
"""Fields any incoming document may have; others are a FORMAT_CHANGE unless the type names them (R092)."""
