"""Who a case waits for: what it asks of whoever works it, and to whom it is held out."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from escalations.choices import OfferKind, OfferOutcome


class Need(models.Model):
    """One combination of skills that cases ask for, as sorted "slug:level" words. Never changes (see floor.sql).

    Cases carry its number, so that the working order's indexes can leave out what a person may not take.
    Number 0, which has no row, asks for nothing.
    """

    skills = ArrayField(models.CharField(max_length=44), unique=True)

    def __str__(self) -> str:
        return ", ".join(self.skills)


class Offer(models.Model):
    """A waiting case held out to one person: pushed by the desk, or assigned by somebody. Open without an `outcome`.

    While it is open the case is reserved for them and comes first when they take the next.
    """

    case = models.ForeignKey(
        "escalations.Case", on_delete=models.CASCADE, related_name="offers", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="offers", db_index=False
    )
    kind = models.CharField(max_length=8, choices=OfferKind.choices)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=OfferOutcome.choices, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(outcome=""), name="one_open_offer_per_case"),
            # one thing at a time is pushed to a person; they may have several assigned
            models.UniqueConstraint(
                fields=["user"], condition=Q(outcome="", kind="pushed"), name="one_push_per_person"
            ),
        ]
        indexes = [
            # claim next: what is held out to this person
            models.Index(fields=["user"], condition=Q(outcome=""), name="offer_open"),
            # who let this case pass by lately
            models.Index(fields=["case", "ended_at"], name="offer_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id} to {self.user_id}"
