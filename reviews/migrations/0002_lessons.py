"""Lessons from cases, and what each role is told of a week (R097, R098)."""

from pathlib import Path
from typing import Any, ClassVar

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid6
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models.functions import Now

from accounts.migrations._tables import Tables

SQL = Path(__file__).resolve().parent.parent / "sql"
RIGHT = "lesson.publish"
NEW = {
    "supervisor": "floor.view",
    "sme": "audit.adjudicate",
    "compliance": "floor.view",
    "qa": "quality.review",
}
"""Built-in roles that get the right, each only while it still has the one beside which it makes sense."""


def give(apps: Any, _: object) -> None:
    """A new version of each role that is there already: an earlier day still gets that day's answer."""
    for role in apps.get_model("accounts", "Role").objects.filter(built_in=True, slug__in=NEW):
        if RIGHT in role.capabilities or NEW[role.slug] not in role.capabilities:
            continue
        role.capabilities = [*role.capabilities, RIGHT]
        role.version += 1
        role.save()
        role.versions.filter(valid_to__isnull=True).update(valid_to=Now())
        role.versions.create(
            number=role.version, capabilities=role.capabilities, cells=role.cells, max_tier=role.max_tier,
            valid_from=Now(),
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0001_initial"),
        ("escalations", "0001_initial"),
        ("reviews", "0001_initial"),
    ]

    operations: ClassVar[list[Operation]] = [
        Tables(
            [
                migrations.CreateModel(
                    name="Digest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("role", models.SlugField()),
                        ("starts_on", models.DateField()),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        ("body", models.JSONField(default=dict)),
                        ("empty", models.BooleanField(default=False)),
                        (
                            "built_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.client",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-starts_on", "client", "role"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("client", "role", "starts_on"), name="one_digest_a_role_and_week"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DigestRead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "digest",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="readers",
                                to="reviews.digest",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("digest", "user"), name="digest_read_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Lesson",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid6.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("title", models.CharField(max_length=120)),
                        ("happened", models.TextField()),
                        ("learned", models.TextField()),
                        (
                            "reasons",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=24),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "error_type",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("wrong_category", "Wrong category"),
                                    ("wrong_value", "Wrong value"),
                                    ("missing_value", "Missing value"),
                                    ("invented_value", "Invented value"),
                                    ("wrong_action", "Wrong action"),
                                    ("wrong_recipient", "Wrong recipient"),
                                    ("policy_misapplied", "Policy misapplied"),
                                    ("outdated_rule", "Outdated rule"),
                                    ("tone", "Tone"),
                                    ("incomplete", "Incomplete"),
                                    ("wrong_tier", "Wrong tier"),
                                    ("other", "Other"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Proposed"),
                                    ("published", "Published"),
                                    ("retired", "Retired"),
                                ],
                                default="draft",
                                max_length=9,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "written_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                        ),
                        ("published_at", models.DateTimeField(null=True)),
                        ("retired_at", models.DateTimeField(null=True)),
                        ("erased_at", models.DateTimeField(null=True)),
                        (
                            "author",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lessons",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lessons",
                                to="escalations.case",
                            ),
                        ),
                        (
                            "case_type",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="escalations.casetype",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.client",
                            ),
                        ),
                        (
                            "pattern",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lessons",
                                to="escalations.pattern",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="escalations.policyversion",
                            ),
                        ),
                        (
                            "policy_draft",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lessons",
                                to="escalations.policydraft",
                            ),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "retired_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(fields=["client", "-id"], name="lesson_newest"),
                            models.Index(
                                condition=models.Q(("state", "published")),
                                fields=["client", "published_at"],
                                name="lesson_in_force",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.search.SearchVector(
                                    "title", "happened", "learned", config="english"
                                ),
                                name="lesson_words",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("published_at__isnull", True),
                                        ("retired_at__isnull", True),
                                        ("state", "draft"),
                                    ),
                                    models.Q(
                                        ("published_at__isnull", False),
                                        ("retired_at__isnull", True),
                                        ("state", "published"),
                                    ),
                                    models.Q(("retired_at__isnull", False), ("state", "retired")),
                                    _connector="OR",
                                ),
                                name="lesson_state_has_its_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("erased_at__isnull", False),
                                        ("happened", ""),
                                        ("learned", ""),
                                        ("state", "retired"),
                                        ("title", ""),
                                    ),
                                    models.Q(
                                        ("erased_at__isnull", True),
                                        models.Q(("title", ""), _negated=True),
                                        models.Q(("happened", ""), _negated=True),
                                        models.Q(("learned", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="lesson_has_a_text_until_it_is_erased",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LessonText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("title", models.CharField(blank=True, max_length=120)),
                        ("happened", models.TextField(blank=True)),
                        ("learned", models.TextField(blank=True)),
                        ("salt", models.BinaryField(max_length=32)),
                        ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "lesson",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="texts",
                                to="reviews.lesson",
                            ),
                        ),
                        (
                            "writer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("lesson", "number"), name="one_text_per_version")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LessonUse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "lesson",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="uses",
                                to="reviews.lesson",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("lesson", "user"), name="useful_once_a_person")
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL((SQL / "lessons.sql").read_text(), (SQL / "lessons_down.sql").read_text()),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
