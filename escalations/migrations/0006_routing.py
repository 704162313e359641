"""Skills of queues and cases, offers."""

from pathlib import Path
from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models import BooleanField, ExpressionWrapper, Q

SQL = Path(__file__).resolve().parent.parent / "sql"

KEPT = ExpressionWrapper(Q(senior_only=True) | Q(risk="high"), output_field=BooleanField())
QUEUED = Q(state="queued")


def _order(name: str, *begins: str) -> list[Operation]:
    """The working order's index anew, with `need` behind its columns."""
    index = models.Index(*begins, KEPT, "rank_at", "id", "need", condition=QUEUED, name=name)
    return [migrations.RemoveIndex("case", name), migrations.AddIndex("case", index)]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0005_alerts"), ("accounts", "0003_floor")]
    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            "Need",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "skills",
                    django.contrib.postgres.fields.ArrayField(models.CharField(max_length=44), size=None, unique=True),
                ),
            ],
        ),
        migrations.CreateModel(
            "Offer",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("pushed", "Offered"), ("assigned", "Assigned")], max_length=8)),
                ("at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("taken", "Taken"), ("lapsed", "Ran out"), ("moot", "No longer needed")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        "escalations.case",
                        django.db.models.deletion.CASCADE,
                        related_name="offers",
                        db_index=False,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        django.db.models.deletion.PROTECT,
                        null=True,
                        related_name="+",
                        db_index=False,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        django.db.models.deletion.CASCADE,
                        related_name="offers",
                        db_index=False,
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
                "constraints": [
                    models.UniqueConstraint(fields=["case"], condition=Q(outcome=""), name="one_open_offer_per_case"),
                    models.UniqueConstraint(
                        fields=["user"], condition=Q(outcome="", kind="pushed"), name="one_push_per_person"
                    ),
                ],
                "indexes": [
                    models.Index(fields=["user"], condition=Q(outcome=""), name="offer_open"),
                    models.Index(fields=["case", "ended_at"], name="offer_of_case"),
                ],
            },
        ),
        migrations.AddField("queue", "skills", models.JSONField(blank=True, default=dict)),
        migrations.AddField("queue", "push", models.BooleanField(default=False)),
        migrations.AddField("casetype", "skills", models.JSONField(blank=True, default=dict)),
        migrations.AddField("casetype", "category_skills", models.JSONField(blank=True, default=dict)),
        migrations.AddField("casetype", "effort", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField("case", "need", models.IntegerField(default=0)),
        migrations.AddField("case", "effort", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField("case", "unroutable_since", models.DateTimeField(null=True)),
        *_order("case_working_order", "queue", "client", "tier"),
        *_order("case_order_everywhere", "tier"),
        migrations.AddIndex(
            "case",
            models.Index(fields=["rank_at"], condition=Q(state="queued", severity=1), name="case_critical"),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["unroutable_since"], condition=Q(unroutable_since__isnull=False), name="case_unroutable"
            ),
        ),
        migrations.RunSQL((SQL / "routing.sql").read_text(), (SQL / "routing_down.sql").read_text()),
    ]
