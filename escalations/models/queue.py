"""Queues, case types and policy versions: the definitions that cases follow."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from escalations.choices import Autonomy, CaseMode, RiskLevel


class Queue(models.Model):
    """An ordered set of waiting cases with a tier and an accountable owner (R012).

    `raises_to` is where its cases go when their time on this tier is over; a queue of a higher tier.
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    tier = models.PositiveSmallIntegerField(default=1)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_queues")
    purpose = models.CharField(max_length=200, blank=True)
    skills = models.JSONField(default=dict, blank=True)  # what its cases ask for: {skill: least level}
    push = models.BooleanField(default=False)  # its cases are offered to people, not only taken by them
    raises_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["tier", "name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(tier__gte=1, tier__lte=3), name="queue_tier_1_to_3")
        ]

    def __str__(self) -> str:
        return self.name


class CaseType(models.Model):
    """A process of one client: what triage may call it, what policy holds it to, what a decision must say.

    `rules` holds the remaining fields of `policy.types.TypeRules`; `dispositions` and `guidance` are lists of
    {"code", "label"} and of lines.
    """

    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="case_types")
    slug = models.SlugField()
    name = models.CharField(max_length=80)
    mode = models.CharField(max_length=12, choices=CaseMode.choices, default=CaseMode.NORMAL)
    autonomy = models.CharField(max_length=12, choices=Autonomy.choices, default=Autonomy.SUGGEST)
    human_final_decision = models.BooleanField(default=False)
    risk = models.CharField(max_length=8, choices=RiskLevel.choices, default=RiskLevel.LOW)
    threshold = models.FloatField(default=0.9)
    sla_minutes = models.PositiveIntegerField(default=480)
    weight = models.PositiveSmallIntegerField(default=1)
    skills = models.JSONField(default=dict, blank=True)  # what its cases ask for: {skill: least level}
    category_skills = models.JSONField(
        default=dict, blank=True
    )  # and those of one category: {category: {...}}
    effort = models.PositiveSmallIntegerField(
        default=1
    )  # work units of a person's capacity that a case takes
    undo_seconds = models.PositiveSmallIntegerField(default=10)
    default_queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="+")
    labels = ArrayField(models.SlugField(max_length=80), default=list, blank=True)
    rules = models.JSONField(default=dict, blank=True)
    dispositions = models.JSONField(default=list, blank=True)
    guidance = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["client", "slug"], name="case_type_once_per_client"),
            models.CheckConstraint(
                condition=models.Q(threshold__gte=0, threshold__lte=1),
                name="case_type_threshold_is_a_probability",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """One immutable release of policy. The database refuses to change or delete a version that was ever live."""

    number = models.PositiveIntegerField(unique=True)
    document = models.JSONField()
    digest = models.CharField(max_length=64)  # SHA-256 of the canonical document
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True)
    live_from = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    restores = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )  # a roll-back: the earlier version whose document this is

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(live_from__isnull=False, superseded_at__isnull=True),
                name="one_live_policy",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"
