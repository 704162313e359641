"""What people learned from cases, kept for whoever meets the next one like it (R097)."""

import uuid6
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from escalations.choices import ErrorType
from reviews.choices import LessonState

LANGUAGE = "english"
SEARCHED = SearchVector("title", "happened", "learned", config=LANGUAGE)
"""What is searched: the very expression of the index, without which it would not be used."""


class Lesson(models.Model):
    """One lesson from one case, for its client: what happened, and what to do next time.

    `policy` is the version under which the case was decided; `reasons` are those for which it came to people and which
    the lesson is about; `pattern` of a weekly review it belongs to, `policy_draft` that it led to. The texts are those
    of the newest version, `version`; all versions are in LessonText. The database lets no text change without a new
    version, and no state go back.
    """

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey("escalations.Case", on_delete=models.PROTECT, related_name="lessons")
    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    policy = models.ForeignKey(
        "escalations.PolicyVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    pattern = models.ForeignKey(
        "escalations.Pattern", on_delete=models.PROTECT, null=True, blank=True, related_name="lessons"
    )
    policy_draft = models.ForeignKey(
        "escalations.PolicyDraft", on_delete=models.PROTECT, null=True, blank=True, related_name="lessons"
    )
    title = models.CharField(max_length=120)
    happened = models.TextField()
    learned = models.TextField()
    reasons = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    error_type = models.CharField(max_length=20, choices=ErrorType.choices, blank=True)
    state = models.CharField(max_length=9, choices=LessonState.choices, default=LessonState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="lessons", db_index=False
    )
    written_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    published_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    retired_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True, retired_at__isnull=True)
                | Q(state="published", published_at__isnull=False, retired_at__isnull=True)
                | Q(state="retired", retired_at__isnull=False),
                name="lesson_state_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False, state="retired", title="", happened="", learned="")
                | Q(erased_at__isnull=True) & ~Q(title="") & ~Q(happened="") & ~Q(learned=""),
                name="lesson_has_a_text_until_it_is_erased",
            ),
        ]
        indexes = [
            # the list, a page at a time; ids go up with time
            models.Index(fields=["client", "-id"], name="lesson_newest"),
            # those for a case at hand, and what was new in a week
            models.Index(
                fields=["client", "published_at"], condition=Q(state="published"), name="lesson_in_force"
            ),
            # words
            GinIndex(SEARCHED, name="lesson_words"),
        ]

    def __str__(self) -> str:
        return f"lesson {self.id}"


class LessonText(models.Model):
    """One version of a lesson's text, as it was written; `salt` ties it to the ledger until it is erased."""

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="texts", db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120, blank=True)
    happened = models.TextField(blank=True)
    learned = models.TextField(blank=True)
    salt = models.BinaryField(max_length=32)
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["lesson", "number"], name="one_text_per_version")]

    def __str__(self) -> str:
        return f"version {self.number} of {self.lesson_id}"


class LessonUse(models.Model):
    """Somebody found a lesson useful: once a person, and they may take it back."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="uses", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lesson", "user"], name="useful_once_a_person")]

    def __str__(self) -> str:
        return f"{self.lesson_id} helped {self.user_id}"
