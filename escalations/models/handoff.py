"""What became of the cases that an AI handed to people, week by week, and what customers said (R068, R088, R099)."""

import uuid6
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from escalations.choices import AnswerArm, PatternState


class HandoffOutcome(models.Model):
    """One case that was handed to people: written when it is routed, judged by a sweeper until it is `final`.

    The five parts of its success are null while nobody can know; `success` is false as soon as one part is. `version`
    is the case's when it was last judged (0: never), `due_at` when to look again though nothing moved. Seconds of
    `waited` and `target` are of business time. What the person did who decided it: `agreed` (the AI's proposal was
    carried out), `seconds` in hand for it, `words` to read. `arm`: was the AI's answer shown, or drawn to be hidden.
    """

    case = models.OneToOneField(
        "escalations.Case", on_delete=models.CASCADE, primary_key=True, related_name="handoff_outcome"
    )
    # unchecked: copied from the case, where they were
    client = models.ForeignKey(
        "accounts.Client", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    case_type = models.ForeignKey(
        "escalations.CaseType",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    agent = models.ForeignKey(
        "accounts.AIAgent", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    queue = models.ForeignKey(
        "escalations.Queue", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    tier = models.PositiveSmallIntegerField()
    agent_version = models.CharField(max_length=80, blank=True)
    category = models.CharField(max_length=80, blank=True)
    reasons = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    missing = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    arm = models.CharField(max_length=6, choices=AnswerArm.choices, blank=True)
    handed_at = models.DateTimeField(db_default=Now())

    version = models.BigIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)
    asked_again = models.JSONField(
        default=list
    )  # what was asked for although it was known, and where that stood
    bounces = models.PositiveSmallIntegerField(default=0)
    waited = models.FloatField(null=True)
    target = models.FloatField(null=True)
    closed_at = models.DateTimeField(null=True)
    complete = models.BooleanField(null=True)
    nothing_asked_again = models.BooleanField(null=True)
    right_queue = models.BooleanField(null=True)
    in_time = models.BooleanField(null=True)
    not_reopened = models.BooleanField(null=True)
    success = models.BooleanField(null=True)
    final = models.BooleanField(default=False)

    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    agreed = models.BooleanField(null=True)
    seconds = models.FloatField(null=True)
    handled = models.FloatField(null=True)  # all time in hand until it was decided, whoever had it
    words = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            # the figures of a client's period
            models.Index(fields=["client", "handed_at"], name="handoff_of_period"),
            # the sweeper: what can still change
            models.Index(fields=["case"], condition=Q(final=False), name="handoff_open"),
            # the meter of a person
            models.Index(
                fields=["decided_by", "-closed_at"],
                condition=Q(decided_by__isnull=False),
                name="handoff_decided",
            ),
            # by the part of the package that was missing
            GinIndex(fields=["missing"], name="handoff_missing"),
        ]

    def __str__(self) -> str:
        return f"handoff of {self.case_id}"


class WeeklyReview(models.Model):
    """The cases of a client that moved from AI to people in one week, gathered once on the Monday after (R088).

    `handed` of them, out of `cases` that came in that week; `starts_on` is the Monday, in the client's zone.
    """

    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+", db_index=False)
    starts_on = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    handed = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    built_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-starts_on", "client"]
        constraints = [models.UniqueConstraint(fields=["client", "starts_on"], name="one_review_a_week")]

    def __str__(self) -> str:
        return f"week of {self.starts_on}"


class Pattern(models.Model):
    """Handoffs of one week that are alike: one case type, category and set of reasons, and where those are many, words
    that their texts share. `key` is the same in every week, so that a rate can be followed (R095, R100).
    """

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    review = models.ForeignKey(
        WeeklyReview, on_delete=models.CASCADE, related_name="patterns", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=64)
    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    category = models.CharField(max_length=80, blank=True)
    reasons = ArrayField(models.CharField(max_length=24), default=list)
    terms = ArrayField(models.CharField(max_length=40), default=list)
    n = models.PositiveIntegerField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="patterns"
    )
    action = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=PatternState.choices, default=PatternState.OPEN)
    done_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["review", "position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "position"], name="pattern_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "done"]) | Q(owner__isnull=False) & ~Q(action=""),
                name="agreed_means_owner_and_action",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | ~Q(state="done") & Q(done_at__isnull=True),
                name="done_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["key"], name="pattern_over_weeks")]  # the same pattern in other weeks

    def __str__(self) -> str:
        return f"pattern {self.position} of {self.review_id}"


class PatternCase(models.Model):
    """One case in a pattern; `nearness` (0 to 1) says how typical it is: the nearest are its examples."""

    pattern = models.ForeignKey(Pattern, on_delete=models.CASCADE, related_name="members")
    case = models.ForeignKey("escalations.Case", on_delete=models.CASCADE, related_name="+", db_index=False)
    nearness = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pattern", "case"], name="once_in_a_pattern")]

    def __str__(self) -> str:
        return f"{self.case_id} in {self.pattern_id}"


class Feedback(models.Model):
    """What a customer thought of how their case ended, as their AI agent passed it on; with the decision it is about
    and what made that decision: model, policy, agent version (R099). Written once.
    """

    case = models.ForeignKey("escalations.Case", on_delete=models.PROTECT, related_name="feedback")
    agent = models.ForeignKey("accounts.AIAgent", on_delete=models.PROTECT, related_name="+", db_index=False)
    decision = models.ForeignKey(
        "escalations.Decision", on_delete=models.PROTECT, null=True, related_name="feedback", db_index=False
    )
    policy = models.ForeignKey(
        "escalations.PolicyVersion", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    model_version = models.CharField(max_length=120, blank=True)
    agent_version = models.CharField(max_length=80, blank=True)
    score = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    salt = models.BinaryField(max_length=32)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "key"], name="feedback_once"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="feedback_of_1_to_5"),
        ]
        indexes = [models.Index(fields=["at"], name="feedback_when")]  # the figures of a period

    def __str__(self) -> str:
        return f"{self.score} of 5 on {self.case_id}"


class Vigilance(models.Model):
    """What is agreed with a client on tests of attention: which share of suggestions is planted and wrong, and of which
    share of real cases the AI's answer stays hidden until the person has given their own (R094). No row: the
    defaults, and none planted.
    """

    client = models.OneToOneField("accounts.Client", on_delete=models.PROTECT, related_name="vigilance")
    hidden_rate = models.FloatField(null=True)  # null: the setting's
    plant_rate = models.FloatField(default=0.0, db_default=0.0)
    changed_at = models.DateTimeField(db_default=Now())
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_rate__gte=0, hidden_rate__lte=0.2), name="hidden_rate_is_low"
            ),
            models.CheckConstraint(
                condition=Q(plant_rate__gte=0, plant_rate__lte=0.02), name="plant_rate_is_low"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hidden_rate:.1%} hidden at {self.client_id}"


class FirstAnswer(models.Model):
    """What a person would have done with a case before they saw the AI's answer; then it was shown (R094).

    `agrees`: the same action as the AI proposes. Written once, one for a case.
    """

    case = models.OneToOneField(
        "escalations.Case", on_delete=models.PROTECT, primary_key=True, related_name="first_answer"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="first_answers", db_index=False
    )
    action = models.CharField(max_length=80)
    proposed = models.CharField(max_length=80)
    agrees = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="first_answer_of")]  # the meter of a person

    def __str__(self) -> str:
        return f"first answer to {self.case_id}"
