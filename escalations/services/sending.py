"""Sending what is due. No transaction and no connection is open while somebody out there thinks."""

import time
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone

from escalations.choices import Via
from escalations.notify import chat, mail, webhooks, wording
from escalations.notify.outcome import Outcome
from escalations.notify.sealing import unseal
from escalations.services import parcels

log = structlog.get_logger(__name__)


def send_due(*, seconds: float = 10.0) -> int:
    """Send what is due for at most `seconds` (a message begun is finished); how many messages went out or failed."""
    until = time.monotonic() + seconds
    sent = 0
    while time.monotonic() < until and (parcel := parcels.take()) is not None:
        sent += 1
        _let_go()
        begun, at = time.monotonic(), timezone.now()
        outcome = carry(parcel)
        took = (time.monotonic() - begun) * 1000
        if not parcels.settle(parcel, outcome, took, at):
            log.warning("delivery.fenced", message=parcel.name)
        elif not outcome.ok:
            log.warning("delivery.failed", message=parcel.name, via=parcel.via, outcome=outcome.code)
    return sent


def carry(parcel: parcels.Parcel) -> Outcome:
    """Hand one message to its channel. Never raises: what a channel did not foresee is a failed attempt, too."""
    try:
        return _carry(parcel)
    except Exception as error:
        log.error("delivery.broken", via=parcel.via, error=type(error).__name__)  # noqa: TRY400
        return Outcome(False, type(error).__name__[:40])


def _carry(parcel: parcels.Parcel) -> Outcome:
    trusted = settings.HANDRAIL_TRUSTED_TARGETS
    subject = wording.subject(parcel.lines)
    if parcel.via == Via.EMAIL:
        own = f"{settings.HANDRAIL_URL}/desk/alerts/settings/" if parcel.person else ""
        text = wording.text(parcel.lines, own)
        return mail.send(
            [one.strip() for one in parcel.to.split(",")], f"[Handrail] {subject}", text,
            message=parcel.name, host=_host(), seconds=settings.HANDRAIL_SEND_SECONDS,
        )  # fmt: skip
    secret = unseal(parcel.secret, settings.SECRET_KEY)
    if secret is None:
        return Outcome(False, "secret_unreadable")
    if parcel.via == Via.CHAT:
        return chat.say(
            secret,
            subject,
            wording.text(parcel.lines),
            allowed=trusted,
            seconds=settings.HANDRAIL_SEND_SECONDS,
        )
    return webhooks.post(
        parcel.to, secret, message=parcel.name, payload=wording.payload(parcel.lines), now=timezone.now(),
        allowed=trusted, seconds=settings.HANDRAIL_SEND_SECONDS,
    )  # fmt: skip


def _host() -> str:
    return urlsplit(settings.HANDRAIL_URL).hostname or "localhost"


def _let_go() -> None:
    """Give the connection back; inside somebody's transaction (a test's) it has to stay."""
    if not connection.in_atomic_block:
        connection.close()
