"""Planted cases: finished ones, put before people again with one thing wrong, to see whether they look (R094)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, Func, Q
from django.db.models.functions import Now

from escalations.choices import PlantOutcome, Verb, WrongIn


class IsPlanted(Func):
    """Does the column hold the id of a planted case? True of UUIDs of version 8 (escalations/sql/planted.sql)."""

    function = "is_planted"
    output_field: Any = BooleanField()


def real(name: str = "pk") -> Q:
    """Rows whose case, by this column, is no planted one: for everything that counts or tells."""
    return ~Q(IsPlanted(name))


class Plant(models.Model):
    """One planted case: which finished one it copies, what is wrong in it, and what became of it.

    `shown` is what the suggestion says, `right` what people had found right; `name` the field's, if it is one. Written
    once but for its end; `told_at` is when whoever decided it was told, `seen_at` when they took note. `original` says
    whose personal data the copy holds: the database lets its texts follow those (sql/plant_follows.sql), with an
    empty `right` from then on; whoever erases what was decided of a case does so by `original`, too.
    """

    case = models.OneToOneField(
        "escalations.Case", on_delete=models.PROTECT, primary_key=True, related_name="plant"
    )
    original = models.ForeignKey("escalations.Case", on_delete=models.PROTECT, related_name="plants")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+", db_index=False)
    queue = models.ForeignKey("escalations.Queue", on_delete=models.PROTECT, related_name="+", db_index=False)
    where = models.CharField(max_length=8, choices=WrongIn.choices)
    name = models.CharField(max_length=80, blank=True)
    shown = models.CharField(max_length=2000)
    right = models.CharField(max_length=2000)
    made_at = models.DateTimeField(db_default=Now())
    withdraw_at = models.DateTimeField()

    outcome = models.CharField(
        max_length=9, choices=PlantOutcome.choices, default=PlantOutcome.OPEN, db_default="open"
    )
    verb = models.CharField(max_length=16, choices=Verb.choices, blank=True, db_default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="plants", db_index=False
    )
    told_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(shown=models.F("right")), name="plant_is_wrong"),
            models.CheckConstraint(
                condition=Q(outcome__in=["open", "withdrawn"], decided_by__isnull=True, told_at__isnull=True)
                | ~Q(outcome__in=["open", "withdrawn"]) & Q(decided_by__isnull=False, told_at__isnull=False),
                name="plant_decided_means_told",
            ),
            # one at a time: nobody's day is full of tests
            models.UniqueConstraint(
                fields=["client", "queue"], condition=Q(outcome="open"), name="one_open_plant"
            ),
        ]
        indexes = [
            # the last of a place, and how many there were
            models.Index(fields=["client", "queue", "-made_at"], name="plant_of_place"),
            # the meter of a person; and what they have not taken note of
            models.Index(
                fields=["decided_by", "-told_at"],
                condition=Q(decided_by__isnull=False),
                name="plant_of_person",
            ),
        ]

    def __str__(self) -> str:
        return f"planted {self.case_id}"
