"""An audit before its answer: built from what came in and from the case type, and from nothing anybody concluded."""

from dataclasses import dataclass
from datetime import datetime

from escalations.choices import Channel
from escalations.models import AuditItem, Message
from escalations.selectors.audits import required_of
from reviews.selectors.audits.options import Options, options_of
from reviews.selectors.evidence import message_views
from reviews.selectors.shapes import MessageView
from reviews.selectors.words import humanize, pairs

WRITTEN_BY_THE_CUSTOMER = (Channel.EMAIL, Channel.FORM)
"""Where the subject is the customer's; elsewhere the agent may have written it."""

FACTS = (
    "name",
    "id",
    "number",
    "account",
    "account_number",
    "tier",
    "segment",
    "language",
    "country",
    "since",
    "site",
)
"""What is shown of the customer. A list of ours, for an agent may have put anything beside it."""

HIDDEN = "Hidden until you have answered."
MOST = 200


@dataclass(frozen=True, slots=True)
class BlindScreen:
    """All that a reader sees. No reference: it would lead to the case. Whether it is a first or a second reading is not
    told either, for that would tell what the first one found.
    """

    id: str
    title: str
    client: str
    case_type: str
    channel: str
    came: datetime
    until: datetime | None
    customer: tuple[tuple[str, str], ...]
    messages: tuple[MessageView, ...]
    fields: tuple[tuple[str, str], ...]
    guidance: tuple[str, ...]
    options: Options
    mood: tuple[float, ...] = ()


def blind_screen(item: AuditItem) -> BlindScreen:
    """The page of `item`, which has its case, client and case type loaded."""
    case, kind = item.case, item.case_type
    messages = _messages(item)
    subject = case.subject if case.channel in WRITTEN_BY_THE_CUSTOMER else ""
    known = case.customer if isinstance(case.customer, dict) else {}
    return BlindScreen(
        id=str(item.pk), title=subject.strip() or _begins(messages) or kind.name, client=case.client.name,
        case_type=kind.name, channel=case.get_channel_display(), came=case.created_at, until=item.lease_until,
        customer=pairs({name: known[name] for name in FACTS if name in known}), messages=messages,
        fields=tuple((name, humanize(name)) for name in required_of(kind)),
        guidance=tuple(str(line) for line in kind.guidance), options=options_of(kind),
    )  # fmt: skip


def _messages(item: AuditItem) -> tuple[MessageView, ...]:
    """The customer's words. What the AI or staff wrote is part of the answer, so only that they wrote is shown."""
    rows = (
        Message.objects.filter(case=item.case_id)
        .order_by("-position")
        .values("position", "author", "text", "at")
    )
    shown = [
        row | {"at": row["at"].isoformat()}
        if row["author"] == "customer"
        else row | {"author": "human", "text": HIDDEN, "at": row["at"].isoformat()}
        for row in reversed(list(rows[:MOST]))
    ]
    name = item.case.customer.get("name") if isinstance(item.case.customer, dict) else ""
    return message_views(shown, [], {"customer": str(name or "Customer"), "human": "The desk"}, [])


def _begins(messages: tuple[MessageView, ...]) -> str:
    first = next((one for one in messages if one.author == "customer"), None)
    text = "".join(piece.text for piece in first.pieces) if first else ""
    return " ".join(text.split())[:90]
