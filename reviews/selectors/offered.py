"""What is held out to a person: the cases that come first when they take the next."""

from django.db.models.functions import Now

from accounts.models import User
from escalations.choices import CaseState, OfferKind, Severity
from escalations.models import Case, Offer
from escalations.permissions import seen_by
from reviews.selectors.addresses import address
from reviews.selectors.shapes import OfferView


def offers_to(person: User) -> tuple[OfferView, ...]:
    """Open offers of cases they may see, the soonest to run out first; no statement when their row says none."""
    if not person.offers_open:
        return ()
    still = Case.objects.filter(seen_by(person), state=CaseState.QUEUED, reserved_by=person)
    rows = Offer.objects.filter(user=person, outcome="", expires_at__gt=Now(), case__in=still)
    return tuple(
        OfferView(
            ref=one.case.ref, url=address("case", one.case.ref), take_url=address("claim", one.case.ref),
            title=one.case.subject or one.case.case_type.name, severity=one.case.severity,
            severity_label=str(Severity(one.case.severity).label), until=one.expires_at,
            assigned_by=one.made_by.short_name if one.kind == OfferKind.ASSIGNED and one.made_by else "",
        )
        for one in rows.select_related("case__case_type", "made_by").order_by("expires_at")
    )  # fmt: skip
