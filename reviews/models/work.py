"""What people leave behind while they work: drafts, skips, corrections, examples to learn from."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from escalations.choices import ErrorType


class Draft(models.Model):
    """A reviewer's unfinished decision. Outlives the lease, the session and the network."""

    case = models.ForeignKey(
        "escalations.Case", on_delete=models.CASCADE, related_name="drafts", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    body = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_draft_per_person")]

    def __str__(self) -> str:
        return f"draft of {self.user_id} on {self.case_id}"


class Skip(models.Model):
    """A person passed a case on, with a reason; it is not offered to them again until `until`."""

    case = models.ForeignKey("escalations.Case", on_delete=models.CASCADE, related_name="skips")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="skips")
    reason = models.CharField(max_length=200)
    until = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["user", "until"], name="skip_in_force")]  # left out of claim next

    def __str__(self) -> str:
        return f"skip of {self.case_id}"


class Flag(models.Model):
    """A person thinks a settled case was settled wrongly, and says why."""

    case = models.ForeignKey("escalations.Case", on_delete=models.CASCADE, related_name="flags")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="flags", db_index=False
    )
    reason = models.CharField(max_length=300)
    salt = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"flag on {self.case_id}"


class Correction(models.Model):
    """One field a person changed: before, after, and what kind of error it was (R071, R096)."""

    decision = models.ForeignKey(
        "escalations.Decision", on_delete=models.PROTECT, related_name="corrections", db_index=False
    )
    field = models.CharField(max_length=80)
    before = models.CharField(max_length=2000, blank=True)
    after = models.CharField(max_length=2000, blank=True)
    error_type = models.CharField(max_length=20, choices=ErrorType.choices)
    confidence = models.FloatField(null=True)  # what the AI had claimed

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "field"], name="one_correction_per_field"),
            models.CheckConstraint(
                condition=~Q(before=models.F("after")), name="a_correction_changes_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} corrected"


class TrainingExample(models.Model):
    """What the AI said beside what the person decided: kept for learning, never used silently (R102).

    `shown` is true when the person saw the AI's answer first; such labels lean towards the AI and may train but
    not certify. `probability` is the chance with which this case was labelled at all.
    """

    # unchecked: written in one statement with its decision, which is never deleted and names the rest
    decision = models.OneToOneField(
        "escalations.Decision", on_delete=models.PROTECT, related_name="example", db_constraint=False
    )
    case = models.ForeignKey(
        "escalations.Case",
        on_delete=models.PROTECT,
        related_name="examples",
        db_index=False,
        db_constraint=False,
    )
    ai_output = models.JSONField()
    human_output = models.JSONField()
    agrees = models.BooleanField()
    shown = models.BooleanField(default=True)
    probability = models.FloatField(default=1.0)
    model_version = models.CharField(max_length=120, blank=True)
    agent_version = models.CharField(max_length=80, blank=True)
    policy = models.ForeignKey(
        "escalations.PolicyVersion",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"example from {self.case_id}"
