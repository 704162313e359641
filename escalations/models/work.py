"""Due rows and remembered requests: durable work that a lost wake-up cannot lose."""

from django.db import models
from django.db.models import Q


class Job(models.Model):
    """One piece of work that is due at `next_at`. Celery only wakes workers; this row is the queue.

    A worker takes it by a lease and a token; whoever comes back with an old token is fenced off.
    """

    class State(models.TextChoices):
        READY = "ready"
        RUNNING = "running"
        DONE = "done"
        DEAD = "dead"

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)  # one open job of a kind per key
    # unchecked: written in one statement with its case, and no case is ever deleted
    case = models.ForeignKey(
        "escalations.Case",
        on_delete=models.CASCADE,
        null=True,
        related_name="jobs",
        db_index=False,
        db_constraint=False,
    )
    payload = models.JSONField(default=dict)
    priority = models.SmallIntegerField(default=100)  # smaller first
    state = models.CharField(max_length=8, choices=State.choices, default=State.READY)
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state__in=["ready", "running"]),
                name="one_open_job_per_key",
            ),
        ]
        indexes = [
            # take the next due row
            models.Index(
                fields=["priority", "next_at"], condition=Q(state__in=["ready", "running"]), name="job_due"
            ),
            # cancel the open work on a case; what makes decisions final is found by these
            models.Index(
                fields=["case"],
                condition=Q(state__in=["ready", "running"]) & ~Q(kind="close"),
                name="job_of_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class ApiRequest(models.Model):
    """An Idempotency-Key an agent used, the hash of what it sent, and the case it made."""

    agent = models.ForeignKey("accounts.AIAgent", on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    case = models.ForeignKey("escalations.Case", on_delete=models.CASCADE, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key


class Backlog(models.Model):
    """How many cases wait or are put aside, per everything a board or a grant tells them apart by, as signed
    changes that a sweeper folds together. What people hold is few, and is counted where it stands.

    The database's own trigger appends +1 and -1; the sum of `n` is exact at every moment and no two writers
    meet on a row. Reading it costs a handful of rows where `count(*)` would read every waiting case.

    The trigger copies queue and client from a case, where they were checked; all rows are read or folded at once.
    """

    queue = models.ForeignKey(
        "escalations.Queue", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    client = models.ForeignKey(
        "accounts.Client", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    case_type = models.ForeignKey(
        "escalations.CaseType",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    state = models.CharField(max_length=16)  # queued, snoozed, on_hold or with_ai
    tier = models.PositiveSmallIntegerField()
    severity = models.PositiveSmallIntegerField()
    senior_only = models.BooleanField()
    n = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.n:+}"
