"""Roll-ups of the floor: past hours and days kept short, so that the board reads a few rows (R104 to R106).

Each lies in a client, a queue and a tier, as cases do, so that the same grants say who reads what. `took` and
`worked` are histograms of seconds: {bucket: how many}, see escalations.durations.
"""

from django.conf import settings
from django.db import models


class Placed(models.Model):
    """Where something happened. Unchecked: copied from cases, where it was."""

    client = models.ForeignKey(
        "accounts.Client", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    queue = models.ForeignKey(
        "escalations.Queue", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    tier = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True


class TierDay(Placed):
    """Cases that people closed on a day (UTC): how many, and how long each took from coming in (R106)."""

    day = models.DateField()
    n = models.PositiveIntegerField()
    took = models.JSONField()

    class Meta:
        constraints = [
            # also the trend: the last weeks' rows
            models.UniqueConstraint(fields=["day", "client", "queue", "tier"], name="one_row_a_tier_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.n} on {self.day}"


class PersonHour(Placed):
    """What one person closed in an hour: how many, in how many the AI's answer stood, time in hand (R104)."""

    hour = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    n = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    worked = models.JSONField()

    class Meta:
        constraints = [
            # also the workload and the rate: the last hours' rows
            models.UniqueConstraint(
                fields=["hour", "client", "queue", "tier", "user"], name="one_row_a_person_and_hour"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.n} at {self.hour}"


class ArrivalHour(Placed):
    """Cases that came to people in an hour, by severity, and their deadlines together in minutes."""

    hour = models.DateTimeField()
    severity = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField()
    minutes = models.FloatField()

    class Meta:
        constraints = [
            # also the forecast: the last hours' rows
            models.UniqueConstraint(
                fields=["hour", "client", "queue", "tier", "severity"], name="one_row_an_arrival_hour"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.n} at {self.hour}"


class Cluster(Placed):
    """Waiting cases of one category with one reason, counted every minute (R105)."""

    senior_only = models.BooleanField()
    category = models.CharField(max_length=80)
    reason = models.CharField(max_length=24)
    n = models.PositiveIntegerField()
    risky = models.PositiveIntegerField()  # of high risk
    first_seen = models.DateTimeField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.n} {self.reason} in {self.category}"


class AgeCount(Placed):
    """Waiting cases by how much of their time is used up, counted every few seconds: what moves by itself with the
    clock can be kept by no trigger.
    """

    senior_only = models.BooleanField()
    band = models.CharField(max_length=8)  # a key of escalations.ageing.BANDS
    n = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.n} {self.band}"
