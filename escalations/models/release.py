"""Policy as a release: drafts, what two people say of them, rehearsals on past cases, what AI agents have read."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

USER = settings.AUTH_USER_MODEL


class PolicyDraft(models.Model):
    """A policy being written. How far it is follows from rows, never from a column (`selectors.releases.state_of`).

    What people rehearse and approve is the digest against the base; whatever changes either voids both. `author_ids`
    are all who changed it: none of them approves it (R091).
    """

    title = models.CharField(max_length=120)
    document = models.JSONField()
    digest = models.CharField(max_length=64)  # of the document, as in PolicyVersion
    base = models.ForeignKey("escalations.PolicyVersion", on_delete=models.PROTECT, related_name="drafts")
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    author_ids = ArrayField(models.BigIntegerField())
    edits = models.PositiveIntegerField(default=1)  # what a form was made from: a later one wins nothing
    publish_at = models.DateTimeField(null=True, blank=True)
    version = models.OneToOneField(
        "escalations.PolicyVersion", on_delete=models.PROTECT, null=True, related_name="draft"
    )  # what it became
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-changed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(version__isnull=True) | Q(withdrawn_at__isnull=True),
                name="withdrawn_drafts_stay_drafts",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Approval(models.Model):
    """What one person said of one document against one version: yes for a side, or no. Written once.

    The database takes none from an author, none of another digest than the draft's, and lets no version by people go
    live without one for each side (sql/releases.sql).
    """

    class Side(models.TextChoices):
        AI = "ai", "AI owner"
        OPS = "ops", "Operations owner"

    draft = models.ForeignKey(PolicyDraft, on_delete=models.PROTECT, related_name="approvals")
    digest = models.CharField(max_length=64)
    base = models.ForeignKey("escalations.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=3, choices=Side.choices)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    refused = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "digest", "base", "side"],
                condition=Q(refused=False),
                name="one_policy_approval_a_side",
            ),
            models.UniqueConstraint(fields=["draft", "digest", "base", "by"], name="one_word_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.side} on {self.draft_id}"


class Rehearsal(models.Model):
    """A document replayed over the cases of a past window, beside the version that it would follow.

    `results` are the sums of its chunks, once all are done (`rehearsal.Sums`). A draft's, or a proposed rule's.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Stopped by an error"

    draft = models.ForeignKey(PolicyDraft, on_delete=models.CASCADE, null=True, related_name="rehearsals")
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    base = models.ForeignKey("escalations.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, null=True, related_name="+")
    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.PROTECT, null=True, related_name="+"
    )
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    cases = models.PositiveIntegerField(null=True)  # in the window; null until they are counted
    results = models.JSONField(default=dict)
    error = models.CharField(max_length=200, blank=True)  # what stopped it, and on which case
    by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(since__lt=models.F("until")), name="rehearsal_window_has_length"
            ),
            # two presses of the button are one rehearsal
            models.UniqueConstraint(
                fields=["draft"], condition=Q(state="running"), name="one_rehearsal_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"rehearsal {self.pk}"


class RehearsalChunk(models.Model):
    """Some consecutive cases of a rehearsal, done in one transaction: after a crash, the rest is done."""

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="chunks", db_index=False)
    number = models.PositiveIntegerField()
    first = models.UUIDField()
    last = models.UUIDField()
    cases = models.PositiveIntegerField()
    results = models.JSONField(null=True)  # null: to be done

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rehearsal", "number"], name="chunk_number"),
        ]
        indexes = [
            # the next one to do
            models.Index(
                fields=["rehearsal", "number"], condition=Q(results__isnull=True), name="chunk_to_do"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rehearsal_id}/{self.number}"


class RehearsedMove(models.Model):
    """A case that would go another way: the path under the base, the one under the draft, what people made of it."""

    class Kind(models.TextChoices):
        ESCALATED = "escalated", "Would go to a person"
        SETTLED = "settled", "Would be settled by the AI"
        MOVED = "moved", "Would go elsewhere"

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="moves", db_index=False)
    case = models.ForeignKey("escalations.Case", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    old = models.JSONField()  # {"settle", "queue", "tier", "severity", "reasons"}
    new = models.JSONField()
    outcome = models.CharField(max_length=16, blank=True)  # the person's verb, "audit_wrong", or empty

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rehearsal", "case"], name="a_case_moves_once"),
        ]
        indexes = [
            models.Index(
                fields=["rehearsal", "kind", "case"], name="moves_by_kind"
            ),  # the list, page by page
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"


class Acknowledgement(models.Model):
    """An AI agent has taken note of a version: from then on it may act alone under it (R090)."""

    class Via(models.TextChoices):
        API = "api", "said so"
        HANDOFF = "handoff", "worked under it"

    agent = models.ForeignKey(
        "accounts.AIAgent", on_delete=models.CASCADE, related_name="acknowledgements", db_index=False
    )
    version = models.ForeignKey(
        "escalations.PolicyVersion", on_delete=models.PROTECT, related_name="acknowledgements"
    )
    via = models.CharField(max_length=8, choices=Via.choices)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            # also finds the newest that an agent knows
            models.UniqueConstraint(fields=["agent", "version"], name="acknowledged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} knows {self.version_id}"


class RuleReview(models.Model):
    """A rule that somebody should look at, because what it sends to people keeps coming back (R114)."""

    class Measure(models.TextChoices):
        REPEATS = "repeats", "Repeated escalations"
        SATISFACTION = "satisfaction", "Customer satisfaction"

    row = models.CharField(max_length=80)  # of the table of reasons
    measure = models.CharField(max_length=12, choices=Measure.choices)
    version = models.ForeignKey("escalations.PolicyVersion", on_delete=models.PROTECT, related_name="reviews")
    figures = models.JSONField()  # what was counted before and lately
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    finding = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["row", "measure"], condition=Q(closed_at__isnull=True), name="one_open_review_a_rule"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.row}"
