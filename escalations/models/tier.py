"""Tiers, decision trees, sub-tasks: how a case climbs and who answers for it on the way."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class TierRule(models.Model):
    """What holds on one tier, for one client or (client empty) for everybody who has no own rule.

    `owner` answers for what waits there; `dwell_minutes` is how long a case may stay before it rises; a claim
    lasts `lease_seconds`; `authority` is the largest amount that is settled there, empty meaning any.
    """

    client = models.ForeignKey("accounts.Client", on_delete=models.CASCADE, null=True, related_name="tiers")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_tiers")
    dwell_minutes = models.PositiveIntegerField()
    lease_seconds = models.PositiveIntegerField(default=900)
    authority = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "number"], nulls_distinct=False, name="tier_once_per_client"
            ),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=3), name="tier_1_to_3"),
            # R058: no tier without a timer (the owner is never null)
            models.CheckConstraint(condition=Q(dwell_minutes__gt=0), name="tier_has_a_timer"),
            models.CheckConstraint(condition=Q(lease_seconds__gte=60), name="tier_lease_a_minute_or_more"),
            models.CheckConstraint(
                condition=Q(authority__isnull=True) | Q(authority__gte=0), name="tier_authority_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (tier {self.number})"


class DecisionTree(models.Model):
    """One version of the tree that says where cases enter: of a client's case type, of a client, or everybody's.

    `document` is what `escalations.trees` reads. A version that was ever live never changes.
    """

    client = models.ForeignKey("accounts.Client", on_delete=models.CASCADE, null=True, related_name="trees")
    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.CASCADE, null=True, related_name="trees"
    )
    number = models.PositiveIntegerField()
    document = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    live_from = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "case_type", "number"], nulls_distinct=False, name="tree_version_once"
            ),
            # also finds the tree that a case follows
            models.UniqueConstraint(
                fields=["client", "case_type"], nulls_distinct=False, name="one_live_tree",
                condition=Q(live_from__isnull=False, superseded_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(case_type__isnull=True) | Q(client__isnull=False), name="tree_of_a_type_has_a_client"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"tree v{self.number}"


class SubTask(models.Model):
    """One department's part of a case that needs several (R049)."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DROPPED = "dropped", "Not needed"

    case = models.ForeignKey(
        "escalations.Case", on_delete=models.CASCADE, related_name="subtasks", db_index=False
    )
    department = models.SlugField(max_length=40)
    queue = models.ForeignKey(
        "escalations.Queue", on_delete=models.PROTECT, related_name="subtasks", db_index=False
    )
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="subtasks", db_index=False
    )
    opened_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            # one part per department, whatever is judged again; also lists those of a case
            models.UniqueConstraint(fields=["case", "department"], name="subtask_once_per_department"),
            models.CheckConstraint(
                condition=Q(state="open", done_at__isnull=True)
                | (~Q(state="open") & Q(done_at__isnull=False)),
                name="subtask_ended_means_dated",
            ),
        ]
        indexes = [
            # what waits in a queue, the latest first
            models.Index(fields=["queue", "due_at"], condition=Q(state="open"), name="subtask_waiting"),
            # mine
            models.Index(fields=["assignee", "due_at"], condition=Q(state="open"), name="subtask_mine"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"
