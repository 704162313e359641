"""What supervisors keep of their board: views by name, and moves of many cases at once."""

import uuid6
from django.conf import settings
from django.db import models
from django.db.models import Q


class SavedView(models.Model):
    """A board's address under a name: its owner's, or shared with a team. It gives nobody a right."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="board_views", db_index=False
    )
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="board_views"
    )
    name = models.CharField(max_length=60)
    path = models.CharField(max_length=40)  # board or board_cases
    query = models.CharField(max_length=600, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="view_name_once_per_owner")]

    def __str__(self) -> str:
        return self.name


class BulkMove(models.Model):
    """A supervisor moved many cases at once (R108): to a queue, to a person, or spread over people."""

    class To(models.TextChoices):
        QUEUE = "queue", "to a queue"
        PERSON = "person", "to a person"
        LEAST = "least", "to the least loaded"

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bulk_moves")
    to = models.CharField(max_length=8, choices=To.choices)
    queue = models.ForeignKey(
        "escalations.Queue", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"move {self.id}"


class BulkRow(models.Model):
    """One case of a bulk move, and what became of it. `before` is where it was; `version` is after the move."""

    class Outcome(models.TextChoices):
        OPEN = "open", "Not yet"
        DONE = "done", "Moved"
        REFUSED = "refused", "Left out"
        UNDONE = "undone", "Put back"
        KEPT = "kept", "Not put back"

    bulk = models.ForeignKey(BulkMove, on_delete=models.CASCADE, related_name="rows", db_index=False)
    case = models.ForeignKey("escalations.Case", on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    before = models.ForeignKey(
        "escalations.Queue", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["bulk", "case"], name="case_once_per_bulk_move")]
        indexes = [
            # the worker: what is still to do
            models.Index(fields=["bulk"], condition=Q(outcome="open"), name="bulk_row_open"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"
