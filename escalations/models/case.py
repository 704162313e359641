"""The case: one unit of work, and what came with it."""

import uuid6
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import ExpressionWrapper, Q

from escalations.choices import Allocation, Author, Autonomy, CaseState, Channel, RiskLevel, Severity, Unaided

KEPT_FOR_SENIORS = ExpressionWrapper(
    Q(senior_only=True) | Q(risk=RiskLevel.HIGH), output_field=models.BooleanField()
)
"""The part of a lane that `reviews.permissions.needs_senior` speaks of; queries must spell it the same way.
"""


class Case(models.Model):
    """One unit of work. `state`, `queue`, `tier`, `severity`, `holder`, `claim_token` and `version` change
    only in
    `escalations.transitions`; the database refuses a change of them that raises no version or leaves no
    event.
    """

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    ref = models.CharField(max_length=24)
    client = models.ForeignKey(
        "accounts.Client", on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    agent = models.ForeignKey(
        "accounts.AIAgent", on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    external_id = models.CharField(max_length=120)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    subject = models.CharField(max_length=300, blank=True)
    customer = models.JSONField(default=dict, blank=True)

    state = models.CharField(max_length=16, choices=CaseState.choices, default=CaseState.RECEIVED)
    version = models.BigIntegerField(default=1)
    queue = models.ForeignKey(
        "escalations.Queue", on_delete=models.PROTECT, null=True, related_name="cases", db_index=False
    )
    tier = models.PositiveSmallIntegerField(default=1)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.NORMAL)
    allocation = models.CharField(max_length=8, choices=Allocation.choices, blank=True)
    # what the AI was allowed with such a case when it was judged: pages and decisions follow it (R011)
    autonomy = models.CharField(
        max_length=10, choices=Autonomy.choices, blank=True, default="", db_default=""
    )
    senior_only = models.BooleanField(default=False)  # R013, R036: only with `case.senior`
    oversee = models.BooleanField(default=False)  # a supervisor watches (R045)
    overseer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="overseen", db_index=False
    )  # who that is, whoever works the case
    subtasks_open = models.PositiveSmallIntegerField(
        default=0
    )  # parts of it that departments still owe (R049)

    # the Need it asks of whoever works it (0: nothing in particular) and the work units it takes of their
    # capacity: kept by the database, from queue, type, category and sensitivity (escalations/sql/routing.sql)
    need = models.IntegerField(default=0)
    effort = models.PositiveSmallIntegerField(default=1)
    # R094: drawn when it was routed; no page of theirs shows the AI's answer before the person has given their own
    unaided = models.PositiveSmallIntegerField(choices=Unaided.choices, default=Unaided.NO, db_default=0)
    unroutable_since = models.DateTimeField(null=True)  # since when nobody could take it, whoever is there

    category = models.CharField(max_length=80, blank=True)
    confidence = models.FloatField(null=True)
    threshold = models.FloatField(null=True)
    risk = models.CharField(max_length=8, choices=RiskLevel.choices, blank=True)
    reason_codes = ArrayField(models.CharField(max_length=24), default=list, blank=True)

    due_at = models.DateTimeField(null=True)
    rank_at = models.DateTimeField(null=True)  # working order: see escalations.clocks.rank_at
    wake_at = models.DateTimeField(null=True)  # when a snooze or hold ends by itself

    holder = models.ForeignKey(  # unchecked: they are who asks; and who holds a case stays (escalations/sql/stays.sql)
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="held",
        db_index=False,
        db_constraint=False,
    )
    claim_token = models.BigIntegerField(default=0)  # +1 on every claim, never reset: the fence
    claimed_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    reserved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reserved_until = models.DateTimeField(null=True)

    policy = models.ForeignKey(
        "escalations.PolicyVersion", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    triage = models.ForeignKey(
        "escalations.TriageRecord", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # copied from `triage` by the database, for every decision says them (escalations/sql/judged.sql)
    model_version = models.CharField(max_length=120, blank=True, db_default="")
    inputs_hash = models.CharField(max_length=64, blank=True, db_default="")
    routing = models.ForeignKey(
        "escalations.Routing", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    handoff = models.ForeignKey(
        "escalations.Handoff", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            # no `unique=True`: it would bring a second index for LIKE, written with every move
            models.UniqueConstraint(fields=["ref"], name="ref_once"),
            models.UniqueConstraint(fields=["client", "external_id"], name="external_id_once_per_client"),
            models.CheckConstraint(
                condition=Q(state="claimed", holder__isnull=False, lease_until__isnull=False)
                | (~Q(state="claimed") & Q(holder__isnull=True, lease_until__isnull=True)),
                name="claimed_means_held",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["queued", "claimed"]) | Q(queue__isnull=False, rank_at__isnull=False),
                name="waiting_means_in_a_queue",
            ),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="severity_1_to_4"),
        ]
        # none of them speaks of what a claim or a decision changes (state, holder, lease, resolved_at ...): so neither
        # writes an index. Waiting and held cases are found by escalations.models.waiting
        indexes = [
            # one case, by its name or by who knows its id: one block, however many there are (ADR 35)
            HashIndex(fields=["id"], name="case_by_id"),
            HashIndex(fields=["ref"], name="case_by_ref"),
            # what nobody can take
            models.Index(
                fields=["unroutable_since"],
                condition=Q(unroutable_since__isnull=False),
                name="case_unroutable",
            ),
            # the sweeper: snoozes and holds that end
            models.Index(fields=["wake_at"], condition=Q(wake_at__isnull=False), name="case_wake"),
            # similar past cases: same type and category, newest outcome first; only what can no longer be taken
            # back, so that a decision does not pay for it
            models.Index(
                fields=["case_type", "category", "-closed_at"],
                condition=Q(closed_at__isnull=False),
                name="case_precedent",
            ),
            # where those are few: the same of any category, in order and without reading them all
            models.Index(
                fields=["case_type", "-closed_at"],
                condition=Q(closed_at__isnull=False),
                name="case_precedent_of_type",
            ),
            # triage: a client's newest, for earlier amounts
            models.Index(fields=["client", "-created_at"], name="case_newest"),
            # the board's roll-up: what was closed in an hour (R104, R106)
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="case_closed_when"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def queue_slug(self) -> str:
        """Where permissions look: the queue's slug, empty before routing."""
        return self.queue.slug if self.queue is not None else ""


class Message(models.Model):
    """One message of the case's conversation. Text is never changed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages", db_index=False)
    position = models.PositiveIntegerField()
    author = models.CharField(max_length=8, choices=Author.choices)
    text = models.TextField()
    at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    salt = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="message_order")]

    def __str__(self) -> str:
        return f"{self.case_id} message {self.position}"


class ExtractedField(models.Model):
    """One value the AI agent read: its confidence and where it stands in the messages (R003).

    Two rows of one name are two sources that may disagree (R022). `message`, `start`, `end` are the span or
    null.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="fields", db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    value = models.CharField(max_length=2000, blank=True)
    confidence = models.FloatField(null=True)
    message = models.PositiveIntegerField(null=True)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="field_order"),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="field_confidence_is_a_probability",
            ),
        ]
        indexes = [HashIndex(fields=["case"], name="fields_of_case")]

    def __str__(self) -> str:
        return self.name


class Handoff(models.Model):
    """What the AI agent handed over, kept as sent. `missing` names the parts it left out (R069, R070)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="handoffs", db_index=False)
    schema = models.CharField(max_length=20)
    package = models.JSONField()
    completeness = models.FloatField()  # 0 to 1, see escalations.handoff
    missing = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [HashIndex(fields=["id"], name="handoff_by_id")]

    def __str__(self) -> str:
        return f"handoff of {self.case_id}"
