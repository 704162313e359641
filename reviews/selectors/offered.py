"""What is held out to a person: the cases that come first when they take the next."""

from functools import lru_cache

from django.db.models.functions import Now

from accounts.models import User
from accounts.models.user import shortened
from escalations.choices import CaseState, OfferKind, Severity
from escalations.models import Case, Offer
from escalations.permissions import seen_by
from reviews.selectors.addresses import address
from reviews.selectors.ready import KEPT, Ready, fetch, grants_of, ready, somebody
from reviews.selectors.shapes import OfferView

SEVERITIES = dict(Severity.choices)


def offers_to(person: User) -> tuple[OfferView, ...]:
    """Open offers of cases they may see, the soonest to run out first; no statement when their row says none."""
    if not person.offers_open:
        return ()
    return tuple(
        OfferView(
            ref=ref, url=address("case", ref), take_url=address("claim", ref), title=subject or case_type,
            severity=severity, severity_label=str(SEVERITIES[severity]), until=until,
            assigned_by=shortened(made_by) if kind == OfferKind.ASSIGNED and made_by else "",
        )
        for ref, subject, case_type, severity, until, kind, made_by in fetch(_open(grants_of(person)), person)
    )  # fmt: skip


@lru_cache(KEPT)
def _open(grants: str) -> Ready | None:
    """Put together for somebody with these grants: doing so anew took half of the queue page's processor time."""
    person = somebody(grants)
    still = Case.objects.filter(seen_by(person), state=CaseState.QUEUED, reserved_by=person)
    rows = Offer.objects.filter(user=person, outcome="", expires_at__gt=Now(), case__in=still)
    return ready(
        rows.order_by("expires_at").values_list(
            "case__ref", "case__subject", "case__case_type__name", "case__severity", "expires_at", "kind",
            "made_by__name",
        )
    )  # fmt: skip
