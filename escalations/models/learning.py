"""What people taught and what became of it: samples, datasets, triage models and how they compare (R096, R101, R102).

The database refuses to change or delete samples, datasets, scores and comparisons; a model only moves on.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from escalations.choices import Exclusion, LabelSource, ModelState, RuleState, Trial


class Sample(models.Model):
    """One final decision of a person, or one concluded blind audit, as datasets hold it: masked, written once.

    `content` is what an export shows, null for what is left out, and `digest` its SHA-256; `category` is what people
    say the customer wants, "" where nobody said; `held_out` samples test models and never teach one, by the hash of
    their case. `example` and `label` are the pk of the TrainingExample or BlindLabel it was made from, `at` its time.
    """

    decision = models.OneToOneField(
        "escalations.Decision", on_delete=models.PROTECT, null=True, related_name="sample"
    )
    item = models.OneToOneField(
        "escalations.AuditItem", on_delete=models.PROTECT, null=True, related_name="sample"
    )
    example = models.BigIntegerField(null=True, unique=True)
    label = models.BigIntegerField(null=True, unique=True)
    case = models.ForeignKey("escalations.Case", on_delete=models.PROTECT, related_name="samples")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+", db_index=False)
    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    excluded = models.CharField(max_length=12, choices=Exclusion.choices, blank=True)
    category = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=10, choices=LabelSource.choices, blank=True)
    said = models.CharField(max_length=80, blank=True)  # the AI's category
    said_by = models.CharField(max_length=120, blank=True)  # its model version
    held_out = models.BooleanField()
    corrections = models.PositiveSmallIntegerField(default=0)
    content = models.JSONField(null=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    decision__isnull=False, example__isnull=False, item__isnull=True, label__isnull=True
                )
                | Q(decision__isnull=True, example__isnull=True, item__isnull=False, label__isnull=False),
                name="sample_of_one_source",
            ),
            models.CheckConstraint(
                condition=Q(excluded="", content__isnull=False)
                | ~Q(excluded="") & Q(content__isnull=True, category=""),
                name="sample_is_kept_or_left_out",
            ),
            models.CheckConstraint(
                condition=Q(category="", source="") | ~Q(category="") & ~Q(source=""),
                name="sample_category_has_a_source",
            ),
        ]
        indexes = [
            # what teaches or tests a model, in the order in which it came
            models.Index(fields=["id"], condition=~Q(category=""), name="sample_with_category"),
        ]

    def __str__(self) -> str:
        return f"sample of {self.case_id}"


class Dataset(models.Model):
    """All samples up to `last_sample` of a client and a type (None: of all), counted: made = exported + excluded.

    The database counts again before it takes one, and computes `digest` itself: SHA-256 over the digests of the
    exported samples in their order, each followed by a line feed. `made` counts decisions and audits up to `up_to`,
    `corrections` the corrected fields among them.
    """

    client = models.ForeignKey(
        "accounts.Client", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    last_sample = models.BigIntegerField()
    up_to = models.DateTimeField()
    made = models.PositiveIntegerField()
    exported = models.PositiveIntegerField()
    excluded = models.PositiveIntegerField()
    corrections = models.PositiveIntegerField()
    corrections_exported = models.PositiveIntegerField()
    reasons = models.JSONField(default=dict)  # {Exclusion: how many}
    taught = models.PositiveIntegerField()  # exported with a category and not held out
    held_out = models.PositiveIntegerField()  # exported with a category and held out
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(made=models.F("exported") + models.F("excluded")), name="dataset_loses_nothing"
            )
        ]

    def __str__(self) -> str:
        return f"dataset {self.pk}"


class ModelVersion(models.Model):
    """A triage model: the shipped one (no dataset), or one trained on its texts and a dataset.

    `name` is its file under HANDRAIL_MODEL_DIR, `version` what stands with every prediction, `artifact_sha256` the hash
    of its arrays, as in the ledger. Only two people make a champion: who proposed it, and somebody else who decided.
    """

    name = models.CharField(max_length=64)
    version = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=ModelState.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    dataset = models.OneToOneField(Dataset, on_delete=models.PROTECT, null=True, related_name="model")
    artifact_sha256 = models.CharField(max_length=64)
    labels = ArrayField(models.CharField(max_length=80))
    texts = models.PositiveIntegerField()
    taught = models.PositiveIntegerField(default=0)  # texts of the dataset among them
    trained_at = models.DateTimeField(db_default=Now())
    shadowed_to = models.BigIntegerField(default=0)  # the last triage record that it looked at
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    champion_since = models.DateTimeField(null=True)
    because = models.CharField(max_length=300, blank=True)  # why it was refused or retired

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(state=ModelState.CHAMPION), name="one_champion"
            ),
            models.CheckConstraint(
                condition=~Q(state=ModelState.REFUSED) | ~Q(because=""), name="model_refused_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.version


class SampleScore(models.Model):
    """What a model makes of a sample's text. Written once."""

    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="scores", db_index=False)
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="scores")
    category = models.CharField(max_length=80)
    confidence = models.FloatField()
    right = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "sample"], name="sample_scored_once")]

    def __str__(self) -> str:
        return f"{self.category} for sample {self.sample_id}"


class ShadowScore(models.Model):
    """What a challenger would have said of a live case, beside what the champion did. Without any effect.

    The database takes one only in a transaction that can judge no case, raise no alert and send nothing.
    """

    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="shadows", db_index=False)
    case = models.ForeignKey("escalations.Case", on_delete=models.PROTECT, related_name="shadows")
    triage = models.ForeignKey(
        "escalations.TriageRecord", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    category = models.CharField(max_length=80)
    confidence = models.FloatField()
    champion_category = models.CharField(max_length=80, blank=True)
    champion_confidence = models.FloatField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "triage"], name="shadow_once")]

    def __str__(self) -> str:
        return f"shadow of {self.case_id}"


class Comparison(models.Model):
    """Challenger against champion on the same cases (autonomy.pairs). Written once; the newest of a trial counts."""

    challenger = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="comparisons", db_index=False
    )
    champion = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    trial = models.CharField(max_length=8, choices=Trial.choices)
    cases = models.PositiveIntegerField()
    gained = models.PositiveIntegerField()
    lost = models.PositiveIntegerField()
    p_value = models.FloatField()
    evidence = models.FloatField()
    peak = models.FloatField()
    gap = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    promotable = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["challenger", "trial", "-id"], name="comparison_of_model")]

    def __str__(self) -> str:
        return f"{self.gap:+.1%} on {self.cases}"


class RuleProposal(models.Model):
    """A policy row that a cluster of corrections asks for. `pattern` says what the cases share, `row` is the row in the
    policy document's language, `rehearsal` what it would have changed. The same proposal is made once.
    """

    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.PROTECT, related_name="rule_proposals", db_index=False
    )
    key = models.CharField(max_length=200)  # what makes it the same proposal
    pattern = models.JSONField()
    row = models.JSONField()
    wrong = models.PositiveIntegerField()  # of `cases` that match the pattern, people changed so many
    cases = models.PositiveIntegerField()
    others_wrong = models.PositiveIntegerField()  # and of the type's other cases, so many
    others = models.PositiveIntegerField()
    low = models.FloatField()  # lower bound of the share that was wrong
    rehearsal = models.ForeignKey(
        "escalations.Rehearsal", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=10, choices=RuleState.choices, default=RuleState.OPEN)
    made_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-low", "-wrong"]
        constraints = [
            models.UniqueConstraint(fields=["case_type", "key"], name="rule_proposed_once"),
        ]

    def __str__(self) -> str:
        return self.key
