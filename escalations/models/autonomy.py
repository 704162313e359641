"""What the AI may settle alone, and why: checklist, promise, proof, certificate, breaker, and who let it (R089, R129).

The effective level of a case type is in `escalations.rules.Standing`; `escalations/sql/autonomy.sql` refuses what it
does not allow.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from escalations.choices import (
    Autonomy,
    BreakerState,
    CertificateEnd,
    OnDrift,
    StepKind,
    StepState,
    TripCode,
)


def _by(*, null: bool = True) -> models.ForeignKey:  # type: ignore[type-arg]
    """Who did it; None is the system."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=null, related_name="+", db_index=False
    )


class Checklist(models.Model):
    """What must be known of a process before the AI may run it alone (R129); one a case type.

    The baseline is how the process did before: minutes a case, per cent of wrong results, cases a week, and when that
    was measured.
    """

    case_type = models.OneToOneField(
        "escalations.CaseType", on_delete=models.CASCADE, related_name="checklist"
    )
    owner = _by()
    sop = models.CharField(max_length=300, blank=True)  # where the procedure is written, and its version
    exceptions = models.JSONField(default=list)  # a line each: what stays with people, whatever the AI thinks
    handling_minutes = models.FloatField(null=True)
    error_percent = models.FloatField(null=True)
    cases_a_week = models.PositiveIntegerField(null=True)
    measured_on = models.DateField(null=True)
    changed_at = models.DateTimeField(db_default=Now())
    changed_by = _by()

    def __str__(self) -> str:
        return f"checklist of {self.case_type_id}"

    @property
    def missing(self) -> list[str]:
        """What is not filled in, in words; empty when it is complete."""
        found = {
            "the process's owner": self.owner_id,
            "the written procedure (SOP)": self.sop.strip(),
            "the list of exceptions": self.exceptions,
            "baseline: minutes a case": self.handling_minutes is not None,
            "baseline: per cent wrong": self.error_percent is not None,
            "baseline: cases a week": self.cases_a_week,
            "baseline: when it was measured": self.measured_on,
        }
        return [name for name, there in found.items() if not there]


class Promise(models.Model):
    """Of the cases that the AI settles alone at most `target` are wrong, with `confidence`. A type without a row has
    the defaults. `on_drift`: what a change of the work does that no audit has judged yet. Audit rates: AuditPlan.
    """

    case_type = models.OneToOneField("escalations.CaseType", on_delete=models.CASCADE, related_name="promise")
    target = models.FloatField(default=0.02)
    confidence = models.FloatField(default=0.95)
    on_drift = models.CharField(max_length=8, choices=OnDrift.choices, default=OnDrift.TRIP)
    changed_at = models.DateTimeField(db_default=Now())
    changed_by = _by()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(target__gte=0.001, target__lte=0.2, confidence__gte=0.8, confidence__lte=0.999),
                name="promise_is_one",
            )
        ]

    def __str__(self) -> str:
        return f"at most {self.target:.1%}"


class Proof(models.Model):
    """One attempt to keep a promise with one model, fixed before its first label: the grid of thresholds, how many
    labels are expected, the least sampling probability. Only audits drawn while it runs count in it; whatever of this
    changes ends it and begins another (escalations.autonomy.certify, `every_look`).
    """

    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.PROTECT, related_name="proofs", db_index=False
    )
    model_version = models.CharField(max_length=120)
    target = models.FloatField()
    confidence = models.FloatField()
    floor = models.FloatField()
    planned = models.PositiveIntegerField()
    grid = models.JSONField()  # autonomy.grid.Grid
    past = models.PositiveIntegerField()  # cases that the grid was made from
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    latest = models.JSONField(default=dict)  # the last look: autonomy.certify.Certificate
    looked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_type"], condition=Q(ended_at__isnull=True), name="one_running_proof"
            )
        ]

    def __str__(self) -> str:
        return f"proof of {self.case_type_id}"


class Certificate(models.Model):
    """At or above `threshold` at most `target` of the AI's answers are wrong, with `confidence`: `errors` of `labels`
    audits there were. Written once; it only ends. One stands per case type.
    """

    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.PROTECT, related_name="certificates", db_index=False
    )
    proof = models.ForeignKey(
        Proof, on_delete=models.PROTECT, null=True, related_name="certificates", db_index=False
    )
    threshold = models.FloatField()
    target = models.FloatField()
    confidence = models.FloatField()
    bound = models.FloatField()
    labels = models.PositiveIntegerField()
    errors = models.PositiveIntegerField()
    observed = models.FloatField()
    coverage = models.FloatField()
    method = models.CharField(max_length=12)
    model_version = models.CharField(max_length=120)
    policy = models.ForeignKey(
        "escalations.PolicyVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    note = models.CharField(max_length=120, blank=True)  # where its labels came from, when not from this desk
    issued_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    why_ended = models.CharField(max_length=12, choices=CertificateEnd.choices, blank=True)
    ended_by = _by()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            # also finds the one that stands
            models.UniqueConstraint(
                fields=["case_type"], condition=Q(ended_at__isnull=True), name="one_standing_certificate"
            ),
            models.CheckConstraint(
                condition=Q(threshold__gte=0, threshold__lte=1, target__gt=0, target__lt=1),
                name="certificate_of_probabilities",
            ),
        ]
        indexes = [models.Index(fields=["case_type", "-issued_at"], name="certificates_of_type")]

    def __str__(self) -> str:
        return f"certificate at {self.threshold:.2f}"


class Trip(models.Model):
    """One time that a breaker tripped: why in words and figures, by whom (None: by itself), and who let it go on.

    `labels`: audits caused it, so that only a newer certificate lets the AI go on.
    """

    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.PROTECT, related_name="trips", db_index=False
    )
    at = models.DateTimeField(db_default=Now())
    code = models.CharField(max_length=12, choices=TripCode.choices)
    words = models.CharField(max_length=400)
    figures = models.JSONField(default=dict)
    example = models.ForeignKey(
        "escalations.Case", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    labels = models.BooleanField(default=False)
    by = _by()
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_type"], condition=Q(resumed_at__isnull=True), name="one_open_trip"
            )
        ]
        indexes = [models.Index(fields=["case_type", "-at"], name="trips_of_type")]

    def __str__(self) -> str:
        return f"{self.code} at {self.at}"


class Breaker(models.Model):
    """Whether a case type's AI is stopped. The database makes one with each case type.

    Its row is the lock of autonomy: whoever settles holds it FOR SHARE, whoever trips it, ends a certificate or
    changes the level holds it FOR UPDATE. After a trip's commit nothing is settled.
    """

    case_type = models.OneToOneField(
        "escalations.CaseType", on_delete=models.CASCADE, primary_key=True, related_name="breaker"
    )
    state = models.CharField(max_length=8, choices=BreakerState.choices, default=BreakerState.CLOSED)
    trip = models.ForeignKey(Trip, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", trip__isnull=True) | Q(state="tripped", trip__isnull=False),
                name="tripped_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} for {self.case_type_id}"


class StepUp(models.Model):
    """A proposal to let the AI do more, or go on after a trip; two people of two sides decide it. One open a type."""

    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    kind = models.CharField(max_length=8, choices=StepKind.choices)
    level = models.CharField(max_length=12, choices=Autonomy.choices)
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    trip = models.ForeignKey(Trip, on_delete=models.PROTECT, null=True, related_name="steps", db_index=False)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.OPEN)
    proposed_at = models.DateTimeField(db_default=Now())
    proposed_by = _by(null=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = _by()
    why_ended = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["case_type"], condition=Q(state="open"), name="one_open_step")
        ]
        indexes = [models.Index(fields=["case_type", "-proposed_at"], name="steps_of_type")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.level}"


class StepApproval(models.Model):
    """One side's yes to a step. Two sides, two people."""

    step = models.ForeignKey(StepUp, on_delete=models.CASCADE, related_name="approvals", db_index=False)
    side = models.CharField(max_length=3, choices=[("ai", "AI"), ("ops", "Operations")])
    by = _by(null=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["step", "side"], name="one_approval_a_side"),
            models.UniqueConstraint(fields=["step", "by"], name="two_sides_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.side} of {self.step_id}"


class Watch(models.Model):
    """Where one watcher of a case type stands: `state` is its pure value as JSON, `cursor` the last rows it has read,
    `alarm` what it saw, if anything.
    """

    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.CASCADE, related_name="watches", db_index=False
    )
    detector = models.CharField(max_length=12)  # promise, drift
    state = models.JSONField(default=dict)
    cursor = models.JSONField(default=dict)
    alarm = models.JSONField(default=dict)
    since = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_type", "detector"], name="one_watch_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.detector} of {self.case_type_id}"
