"""Which client uses which case types. A type is written once; a client may change single values."""

from dataclasses import replace

from config.demo.case_types import decisions, money, questions, service
from config.demo.categories import CATEGORIES
from config.demo.shapes import CaseType

HARBOUR = (
    questions.FAQ_CHAT,
    questions.ORDER_STATUS,
    questions.ACCOUNT_ACCESS,
    money.BILLING_DISPUTE,
    money.REFUND_REQUEST,
    money.COLLECTIONS,
    money.SUSPICIOUS_PAYMENT,
    service.TECHNICAL_FAULT,
    service.OUTAGE,
    service.CANCELLATION,
    service.COMPLAINT,
    service.REGULATORY_COMPLAINT,
    decisions.AGENT_ACTION,
)

NORTHLINE = (
    questions.FAQ_CHAT,
    questions.ORDER_STATUS,
    money.INVOICE_MATCH,
    money.INVOICE_MISMATCH,
    replace(money.SUSPICIOUS_PAYMENT, limits={"high_impact_amount": 10000.0}),
    service.DELAYED_SHIPMENT,
    service.DAMAGED_GOODS,
    service.COMPLAINT,
    replace(decisions.AGENT_ACTION, limits={"high_impact_amount": 1000.0, "credit_limit": 0.0}),
)

MERIDIAN = (
    replace(questions.FAQ_CHAT, threshold=0.8),
    questions.ACCOUNT_ACCESS,
    questions.DATA_CORRECTION,
    money.BILLING_DISPUTE,
    money.COLLECTIONS,
    replace(service.COMPLAINT, risk="high"),
    service.REGULATORY_COMPLAINT,
    decisions.RESUME_SCREENING,
)


LABELS = tuple(category.slug for category in CATEGORIES)


def _for_client(client: str, types: tuple[CaseType, ...]) -> tuple[CaseType, ...]:
    """Any category may turn up under any type: a fault reported in a chat about opening hours has to show as
    one, with the confidence that the model was calibrated to, not as the nearest of a few expected labels.
    """
    return tuple(replace(kind, client=client, labels=LABELS) for kind in types)


CASE_TYPES = (
    *_for_client("harbour", HARBOUR),
    *_for_client("northline", NORTHLINE),
    *_for_client("meridian", MERIDIAN),
)
