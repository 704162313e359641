"""The demo's alerts really go out: to a mail box and a webhook receiver on this machine."""

import os
from pathlib import Path

from django.conf import settings

from accounts.models import User
from escalations.choices import AlertKind, Severity, Via
from escalations.models import Endpoint, QuietHours, Subscription
from escalations.services.endpoints import new_signing_secret, save_endpoint, send_test
from escalations.services.subscribing import set_endpoint

NAME = "Demo inbox"
SECRET = ".local/demo-webhook-secret"  # noqa: S105  a file's name
FLOOR = (AlertKind.RAISED, AlertKind.SLA_WARNED, AlertKind.UNROUTABLE, AlertKind.SKIPS)
"""What supervisors of the demo get by mail beside what is shipped, so that there is something to see."""


def load_alerts(people: dict[str, User]) -> None:
    """A webhook to the demo's inbox, wherever it listens this time; what supervisors get; somebody's quiet hours."""
    for kind in FLOOR:
        Subscription.objects.get_or_create(
            role="supervisor", kind=kind, via=Via.EMAIL, user=None, client=None
        )
    night_owl = next(iter(people.values()))
    QuietHours.objects.get_or_create(user=night_owl, defaults={"digest_minutes": 15})
    address = os.environ.get("HANDRAIL_DEMO_INBOX", "")
    if not address:
        return
    place = Endpoint.objects.filter(name=NAME).first()
    kept = Path(os.environ.get("HANDRAIL_DEMO_WEBHOOK_SECRET") or settings.BASE_DIR / SECRET)
    made, secret = save_endpoint(
        endpoint=place,
        name=NAME,
        kind=Endpoint.Kind.WEBHOOK,
        address=f"{address}/hook",
        actor=None,
        per_minute=30,
    )
    if place is None:
        set_endpoint(endpoint=made, kinds=list(AlertKind), least=Severity.LOW, client=None, actor=None)
    if not secret and not kept.exists():
        secret = new_signing_secret(endpoint=made, actor=None)
    if secret:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secret)
    send_test(endpoint=made, actor=None)
