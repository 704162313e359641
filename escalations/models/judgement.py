"""What machines and people concluded: triage, routing, decisions. Written once."""

import uuid6
from django.conf import settings
from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Q

from accounts.choices import ActorKind
from escalations.choices import Allocation, Verb


class TriageRecord(models.Model):
    """One engine's judgement of one case, or its failure. `result` is `triage.types.Triage` as JSON."""

    case = models.ForeignKey(
        "escalations.Case", on_delete=models.CASCADE, related_name="triages", db_index=False
    )
    engine = models.CharField(max_length=40)
    model_version = models.CharField(max_length=120, blank=True)
    inputs_hash = models.CharField(max_length=64, blank=True)
    result = models.JSONField(null=True)
    error = models.CharField(max_length=300, blank=True)
    latency_ms = models.FloatField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            HashIndex(fields=["id"], name="triage_by_id"),
            models.Index(
                fields=["case"], condition=~Q(error=""), name="triage_failed"
            ),  # why a person has it
        ]

    def __str__(self) -> str:
        return f"triage of {self.case_id}"


class Routing(models.Model):
    """What policy made of a triage: `outcome` is `policy.types.Outcome` as JSON, every reason and row in it.

    `facts` is what it was given (`policy.replay.kept`), so that any version can be asked again what it would have made
    of it; empty for routings from before it was kept. `superseded`: the AI agent worked under an older version (R090).
    """

    case = models.ForeignKey(
        "escalations.Case", on_delete=models.CASCADE, related_name="routings", db_index=False
    )
    triage = models.ForeignKey(
        TriageRecord, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    policy = models.ForeignKey(
        "escalations.PolicyVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    settle = models.BooleanField()
    allocation = models.CharField(max_length=8, choices=Allocation.choices)
    outcome = models.JSONField()
    path = models.JSONField(default=list)  # through the decision tree, node by node (R052)
    facts = models.JSONField(default=dict)
    superseded = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            HashIndex(fields=["id"], name="routing_by_id"),
            # how much was decided on work done under an older policy: few rows
            models.Index(fields=["policy"], condition=Q(superseded=True), name="routing_superseded"),
        ]

    def __str__(self) -> str:
        return f"routing of {self.case_id}"


class Decision(models.Model):
    """One decision on a case, by a person or by the AI under policy. Never edited: a later one `overrides` it.

    The database refuses any change but pending to final or undone, and any decision by an AI other than
    `auto_resolve` (safety T7). `seen` holds the versions of what was on the decider's screen.
    """

    class Standing(models.TextChoices):
        PENDING = "pending", "Can be undone"
        FINAL = "final", "Final"
        UNDONE = "undone", "Undone"

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    # unchecked, as are user and policy: all were read in the same transaction, and what a decision names stays
    # (escalations/sql/stays.sql)
    case = models.ForeignKey(
        "escalations.Case",
        on_delete=models.PROTECT,
        related_name="decisions",
        db_index=False,
        db_constraint=False,
    )
    verb = models.CharField(max_length=16, choices=Verb.choices)
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="decisions",
        db_index=False,
        db_constraint=False,
    )
    claim_token = models.BigIntegerField()
    key = models.CharField(max_length=80, blank=True)  # Idempotency-Key of the request
    disposition = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)
    reply = models.TextField(blank=True)
    values = models.JSONField(default=dict)  # field name to final value
    action = models.JSONField(default=dict)  # the proposed action as approved, or {}
    salt = models.BinaryField(max_length=32)
    seen = models.JSONField(default=dict)
    policy = models.ForeignKey(
        "escalations.PolicyVersion",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    model_version = models.CharField(max_length=120, blank=True)
    inputs_hash = models.CharField(max_length=64, blank=True)
    scores = models.JSONField(default=dict)
    overrides = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="overridden_by", db_index=False
    )
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.PENDING)
    undo_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            # also finds the decisions of a case that stand
            models.UniqueConstraint(
                fields=["case", "claim_token"], condition=~Q(standing="undone"), name="one_decision_per_claim"
            ),
            models.UniqueConstraint(fields=["user", "key"], condition=~Q(key=""), name="decision_key_once"),
            models.CheckConstraint(
                condition=(Q(actor_kind="human", user__isnull=False) & ~Q(verb="auto_resolve"))
                | Q(actor_kind="ai", user__isnull=True, verb="auto_resolve"),
                name="ai_never_decides_for_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(verb__in=["approve", "correct", "override", "reject"]) | ~Q(disposition=""),
                name="final_decision_has_a_disposition",
            ),
        ]
        indexes = [
            # done today, and the last that can be undone: counted in the index alone
            models.Index(
                fields=["user", "-created_at", "undo_until"],
                condition=~Q(standing="undone"),
                name="decision_by_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} on {self.case_id}"
