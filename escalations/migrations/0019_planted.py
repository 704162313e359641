"""Planted cases, their rate, and the doors that are shut to them (R094)."""

from pathlib import Path
from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models import F, Q
from django.db.models.functions import Now

SQL = Path(__file__).resolve().parent.parent / "sql"
PROTECT = django.db.models.deletion.PROTECT
WHERE = [
    ("action", "What it proposes to do"),
    ("field", "A value that it read"),
    ("category", "What it takes the case for"),
]
OUTCOMES = [
    ("open", "Not decided yet"),
    ("caught", "Caught"),
    ("missed", "Missed"),
    ("passed", "Passed on"),
    ("void", "Not counted: they knew the case"),
    ("withdrawn", "Withdrawn"),
]
VERBS = [
    ("approve", "Approve"),
    ("correct", "Correct"),
    ("override", "Override"),
    ("reject", "Reject"),
    ("return_to_ai", "Return to AI"),
    ("escalate", "Escalate"),
    ("hold", "Hold"),
    ("snooze", "Snooze"),
    ("request_info", "Request info"),
    ("auto_resolve", "Settled by AI"),
]


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("escalations", "0018_waiting"),
        ("accounts", "0009_planted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar[list[Operation]] = [
        migrations.AlterField("vigilance", "hidden_rate", models.FloatField(null=True)),
        migrations.AddField("vigilance", "plant_rate", models.FloatField(default=0.0, db_default=0.0)),
        migrations.AddConstraint(
            "vigilance",
            models.CheckConstraint(condition=Q(plant_rate__gte=0, plant_rate__lte=0.02), name="plant_rate_is_low"),
        ),
        migrations.CreateModel(
            "Plant",
            [
                (
                    "case",
                    models.OneToOneField(
                        on_delete=PROTECT, primary_key=True, related_name="plant", serialize=False, to="escalations.case"
                    ),
                ),
                ("where", models.CharField(choices=WHERE, max_length=8)),
                ("name", models.CharField(blank=True, max_length=80)),
                ("shown", models.CharField(max_length=2000)),
                ("right", models.CharField(max_length=2000)),
                ("made_at", models.DateTimeField(db_default=Now())),
                ("withdraw_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(choices=OUTCOMES, db_default="open", default="open", max_length=9),
                ),
                ("verb", models.CharField(blank=True, choices=VERBS, db_default="", max_length=16)),
                ("told_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "client",
                    models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="accounts.client"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=PROTECT, related_name="plants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "original",
                    models.ForeignKey(on_delete=PROTECT, related_name="plants", to="escalations.case"),
                ),
                (
                    "queue",
                    models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="escalations.queue"),
                ),
            ],
            options={"ordering": ["-made_at"]},
        ),
        migrations.AddConstraint(
            "plant", models.CheckConstraint(condition=~Q(shown=F("right")), name="plant_is_wrong")
        ),
        migrations.AddConstraint(
            "plant",
            models.CheckConstraint(
                condition=Q(outcome__in=["open", "withdrawn"], decided_by__isnull=True, told_at__isnull=True)
                | ~Q(outcome__in=["open", "withdrawn"]) & Q(decided_by__isnull=False, told_at__isnull=False),
                name="plant_decided_means_told",
            ),
        ),
        migrations.AddConstraint(
            "plant",
            models.UniqueConstraint(
                fields=["client", "queue"], condition=Q(outcome="open"), name="one_open_plant"
            ),
        ),
        migrations.AddIndex(
            "plant", models.Index(fields=["client", "queue", "-made_at"], name="plant_of_place")
        ),
        migrations.AddIndex(
            "plant",
            models.Index(
                fields=["decided_by", "-told_at"], condition=Q(decided_by__isnull=False), name="plant_of_person"
            ),
        ),
        migrations.RunSQL((SQL / "planted.sql").read_text(), (SQL / "planted_down.sql").read_text()),
    ]  # fmt: skip
