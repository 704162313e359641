"""Errors of the AI agents' tools that keep coming back, grouped by signature (R034)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class ErrorGroup(models.Model):
    """The same failure of the same tool for one client, while it goes on.

    `signature` is a digest (see `escalations.signatures`). `count` is how many cases have met it; once enough did
    within the window, `operations_case` is the one case in which people look into it.
    """

    client = models.ForeignKey("accounts.Client", on_delete=models.CASCADE, related_name="+", db_index=False)
    signature = models.CharField(max_length=64)
    tool = models.CharField(max_length=80)
    error = models.CharField(max_length=200, blank=True)  # normalised: no numbers, ids or quoted words
    started_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(default=0)
    operations_case = models.OneToOneField(
        "escalations.Case", on_delete=models.PROTECT, null=True, related_name="error_group"
    )

    class Meta:
        constraints = [
            # concurrent sightings meet on this one row
            models.UniqueConstraint(
                fields=["client", "signature"],
                condition=Q(closed_at__isnull=True),
                name="one_open_error_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool}: {self.error}"


class Sighting(models.Model):
    """One case that met the error, `times` times."""

    group = models.ForeignKey(ErrorGroup, on_delete=models.CASCADE, related_name="sightings", db_index=False)
    case = models.ForeignKey("escalations.Case", on_delete=models.CASCADE, related_name="+", db_index=False)
    times = models.PositiveSmallIntegerField(default=1)
    joined = models.BooleanField(default=False)  # the case knows the operations case it belongs to
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "group"], name="sighting_once"),
        ]
        indexes = [
            models.Index(fields=["group", "at"], name="sighting_in_window"),  # how many lately
        ]

    def __str__(self) -> str:
        return f"{self.case_id} in {self.group_id}"
