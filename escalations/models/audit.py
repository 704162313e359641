"""The blind audit: what is drawn, who read it without seeing the AI's answer, and what that says of the AI (R087).

The database refuses to delete any of these rows, and to change what was drawn, answered or concluded.
"""

import uuid6
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from escalations.autonomy.draw import LEAST
from escalations.choices import AuditRole, AuditState, DrawArm, ErrorGravity, Verdict


class AuditPlan(models.Model):
    """How much of one case type is audited; a type without a plan has the defaults.

    `rate` is of what the AI settled, `learning_rate` of what it might have (until enough labels stand), `risk_rate`
    of the riskiest cases besides, falling to nothing with the risk score. A rate below 5 % says `because`.
    """

    case_type = models.OneToOneField(
        "escalations.CaseType", on_delete=models.PROTECT, related_name="audit_plan"
    )
    rate = models.FloatField(default=LEAST)
    learning_rate = models.FloatField(default=0.25)
    risk_rate = models.FloatField(default=0.0)
    because = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(db_default=Now())
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rate__gte=LEAST, rate__lte=1) | Q(rate__gt=0, rate__lte=1) & ~Q(because=""),
                name="audit_rate_of_5_percent_or_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(learning_rate__gt=0, learning_rate__lte=1, risk_rate__gte=0, risk_rate__lte=1),
                name="audit_rates_are_probabilities",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rate:.0%} of {self.case_type_id}"


class AuditPeriod(models.Model):
    """One client's week of draws: the seed's hash was in the ledger before its cases came (commit, then reveal).

    `sealed` is the seed, encrypted; `seed` the same in the open once the week is over and revealed. A second period of
    the same week (`number`) exists only where the first one's seed could no longer be opened.
    """

    client = models.ForeignKey(
        "accounts.Client", on_delete=models.PROTECT, related_name="audit_periods", db_index=False
    )
    starts_on = models.DateField()  # a Monday, in the client's zone
    number = models.PositiveSmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    commitment = models.CharField(max_length=64)
    sealed = models.TextField()
    seed = models.CharField(max_length=64, blank=True)  # hex
    committed_at = models.DateTimeField(db_default=Now())
    revealed_at = models.DateTimeField(null=True)
    revealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-starts_on", "client"]
        constraints = [
            models.UniqueConstraint(fields=["client", "starts_on", "number"], name="audit_period_once"),
            models.CheckConstraint(
                condition=Q(revealed_at__isnull=True, seed="") | Q(revealed_at__isnull=False) & ~Q(seed=""),
                name="audit_seed_is_open_once_revealed",
            ),
        ]

    def __str__(self) -> str:
        return f"week of {self.starts_on}"


class AuditDraw(models.Model):
    """One case before the draw: what it was drawn with, and whether it was. Cases that were not drawn stand here too,
    so that anybody can draw again. Once a case, when its decision became final; written once.

    `score` is the calibrated confidence; `probability` the chance with which either draw takes it.
    """

    # unchecked: written in the transaction that closes the case
    case = models.OneToOneField(
        "escalations.Case", on_delete=models.PROTECT, related_name="audit_draw", db_constraint=False
    )
    decision = models.ForeignKey(
        "escalations.Decision",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    period = models.ForeignKey(AuditPeriod, on_delete=models.PROTECT, related_name="draws", db_index=False)
    case_type = models.ForeignKey(
        "escalations.CaseType",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    arm = models.CharField(max_length=10, choices=DrawArm.choices)
    score = models.FloatField()
    rate = models.FloatField()
    risk_rate = models.FloatField(default=0.0)
    probability = models.FloatField()
    uniform = models.BooleanField()  # taken by the honest draw
    risky = models.BooleanField(default=False)  # taken by the second one
    model_version = models.CharField(max_length=120, blank=True)
    policy = models.ForeignKey(
        "escalations.PolicyVersion", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )  # fmt: skip
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["period"], name="audit_draw_of_period"),  # drawing a week again
            models.Index(fields=["case_type", "at"], name="audit_draw_of_type"),  # figures of a type
        ]

    def __str__(self) -> str:
        return f"draw of {self.case_id}"

    @property
    def drawn(self) -> bool:
        """Is the case audited?"""
        return self.uniform or self.risky


class AuditItem(models.Model):
    """A case that was drawn, on its way through its readers. `holder` has it open until `lease_until`.

    `double`: a second person reads it whatever the first one finds, so that readers can be compared.
    """

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    draw = models.OneToOneField(AuditDraw, on_delete=models.PROTECT, related_name="item")
    # unchecked: the draw's, and read with it
    case = models.ForeignKey(
        "escalations.Case",
        on_delete=models.PROTECT,
        related_name="audits",
        db_index=False,
        db_constraint=False,
    )
    case_type = models.ForeignKey(
        "escalations.CaseType",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    double = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=AuditState.choices, default=AuditState.OPEN)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(holder__isnull=True, lease_until__isnull=True)
                | Q(holder__isnull=False, lease_until__isnull=False),
                name="audit_held_until_some_time",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) & ~Q(verdict="")
                | ~Q(state="done") & Q(verdict="", done_at__isnull=True),
                name="audit_done_means_a_verdict",
            ),
        ]
        indexes = [
            # the next one to read, and what waits for an adjudicator
            models.Index(fields=["state", "created_at"], condition=~Q(state="done"), name="audit_waiting"),
            # the list of what was found
            models.Index(fields=["-done_at"], condition=Q(state="done"), name="audit_done"),
        ]

    def __str__(self) -> str:
        return f"audit {self.id}"


class AuditAnswer(models.Model):
    """What one reader says the right answer is, given before they saw the AI's (an adjudicator saw everything).
    Written once; nobody answers twice, nor about a case they had a hand in.
    """

    item = models.ForeignKey(AuditItem, on_delete=models.PROTECT, related_name="answers", db_index=False)
    role = models.CharField(max_length=12, choices=AuditRole.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=80)
    action = models.CharField(max_length=80)
    disposition = models.CharField(max_length=80, blank=True)
    values = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    salt = models.BinaryField(max_length=32)
    agrees = models.BooleanField()  # with the AI
    differs_in = models.JSONField(default=list)  # names of what does not
    key = models.CharField(max_length=80, blank=True)  # Idempotency-Key of the request
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["item", "role"], name="one_audit_answer_per_role"),
            models.UniqueConstraint(fields=["item", "user"], name="one_audit_answer_per_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.role} answer on {self.item_id}"


class AuditGrade(models.Model):
    """After the reveal: the rubric, how grave the error is, whose it is. Written once, by the reader it belongs to."""

    answer = models.OneToOneField(AuditAnswer, on_delete=models.PROTECT, related_name="grade")
    rubric = models.JSONField(default=dict)  # {part: true or false}
    gravity = models.CharField(max_length=8, choices=ErrorGravity.choices)
    cause = models.CharField(max_length=8, blank=True)
    note = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"grade of {self.answer_id}"


class AuditSkip(models.Model):
    """Somebody gave an item back unread, and why; it is not theirs again before `until`."""

    item = models.ForeignKey(AuditItem, on_delete=models.PROTECT, related_name="skips")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=20)
    until = models.DateTimeField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"skip of {self.item_id}"


class BlindLabel(models.Model):
    """What an audit concluded of the AI's answer: the only thing that certifies autonomy. Written once.

    `probability` is the chance with which the case came to be audited; `settled`: had the AI settled it alone.
    """

    item = models.OneToOneField(AuditItem, on_delete=models.PROTECT, related_name="label")
    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.PROTECT, related_name="blind_labels", db_index=False
    )
    score = models.FloatField()
    wrong = models.BooleanField()
    probability = models.FloatField()
    model_version = models.CharField(max_length=120, blank=True)
    policy = models.ForeignKey(
        "escalations.PolicyVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    settled = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(probability__gt=0, probability__lte=1, score__gte=0, score__lte=1),
                name="blind_label_is_of_probabilities",
            )
        ]
        # what a type's labels say, in the order in which they came
        indexes = [models.Index(fields=["case_type", "at"], name="blind_label_of_type")]

    def __str__(self) -> str:
        return f"{'wrong' if self.wrong else 'right'} at {self.score:.2f}"
