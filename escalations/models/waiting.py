"""Which cases wait, and which are in somebody's hands: two narrow tables beside the case.

A case moves often and is wide. What tells waiting cases apart stands here with all indexes that ask for it, so that a
move writes none of the case's own: its new version stays on the page of the old one.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import DO_NOTHING, Q

from escalations.choices import RiskLevel, Severity
from escalations.models.case import KEPT_FOR_SENIORS, Case


class Waiting(models.Model):
    """One row for each case that is `queued`, with the case's own values under the case's own names: all that orders,
    filters and lists ask for, so that none of them reads a case.

    Written only by the database's trigger on cases (escalations/sql/places.sql). Unchecked: copied from where it was
    checked. One a case by an exclusion constraint over a hash index in place of the key (escalations/sql/places.sql).
    """

    case = models.OneToOneField(
        Case, DO_NOTHING, primary_key=True, related_name="waiting", db_constraint=False
    )
    ref = models.CharField(max_length=24)
    subject = models.CharField(max_length=300, blank=True)
    version = models.BigIntegerField()
    client = models.ForeignKey(
        "accounts.Client", DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    queue = models.ForeignKey(
        "escalations.Queue", DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    case_type = models.ForeignKey(
        "escalations.CaseType", DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    tier = models.PositiveSmallIntegerField()
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    senior_only = models.BooleanField()
    risk = models.CharField(max_length=8, choices=RiskLevel.choices, blank=True)
    need = models.IntegerField()
    unroutable_since = models.DateTimeField(null=True)
    confidence = models.FloatField(null=True)
    threshold = models.FloatField(null=True)
    triage = models.ForeignKey(
        "escalations.TriageRecord",
        DO_NOTHING,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    category = models.CharField(max_length=80, blank=True)
    reason_codes = ArrayField(models.CharField(max_length=24), blank=True)
    due_at = models.DateTimeField(null=True)
    rank_at = models.DateTimeField()
    created_at = models.DateTimeField()
    reserved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    reserved_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # claim next and the team's list: each lane of waiting cases in working order, so that nobody
            # walks past cases they may not take; a lane is queue, client, tier, and whether it is kept for
            # senior people
            models.Index(
                "queue",
                "client",
                "tier",
                KEPT_FOR_SENIORS,
                "rank_at",
                "case",
                "need",  # last: cases that ask for other skills are passed by without being read
                name="waiting_working_order",
            ),
            # the same for whoever works every queue of every client up to some tier
            models.Index(
                "tier", KEPT_FOR_SENIORS, "rank_at", "case", "need", name="waiting_order_everywhere"
            ),
            # the same for whoever may take anything
            models.Index("rank_at", "case", "need", name="waiting_order"),
            # the desk's own offers: what is critical
            models.Index(fields=["rank_at"], condition=Q(severity=1), name="waiting_critical"),
            # the board: what is late, due next, and how old, told apart without reading a row (R103)
            models.Index(
                fields=["due_at", "case"],
                include=["created_at", "client", "queue", "case_type", "tier", "severity", "senior_only"],
                name="waiting_by_due",
            ),
            # the board: each type's oldest waiting case
            models.Index(fields=["case_type", "created_at"], name="waiting_oldest_of_type"),
            # the board: cases that went from hand to hand; few have moved so often (R107)
            models.Index(fields=["-version"], condition=Q(version__gte=9), name="waiting_bounced"),
            # the list's filter by reason; what people hold is few
            GinIndex(fields=["reason_codes"], name="waiting_by_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} waits"


class Hold(models.Model):
    """One row for each case that is `claimed`: a few for every person at work. Written as `Waiting` is."""

    case = models.OneToOneField(Case, DO_NOTHING, primary_key=True, related_name="hold", db_constraint=False)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        # mine: what a person holds, and their room for more. Its one index: the key is Django's notion, and whoever
        # asks by case asks for all of them
        constraints = [models.UniqueConstraint(fields=["holder", "case"], name="hold_once")]

    def __str__(self) -> str:
        return f"{self.case_id} with {self.holder_id}"
