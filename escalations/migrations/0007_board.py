"""What the board counts: waiting cases by type, tier and state; roll-ups of past hours and days; three indexes."""

from pathlib import Path
from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"
CASCADE = django.db.models.deletion.CASCADE


def _to(model: str) -> models.Field:  # type: ignore[type-arg]
    return models.ForeignKey(model, CASCADE, related_name="+", db_index=False, db_constraint=False)


def _rows(name: str, once: str, by: list[str], **columns: models.Field) -> Operation:  # type: ignore[type-arg]
    """A roll-up: its key and place, then its own columns; one row for each of `by`."""
    fields = {
        "id": models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
        "client": _to("accounts.client"), "queue": _to("escalations.queue"),
        "tier": models.PositiveSmallIntegerField(), **columns,
    }  # fmt: skip
    constraints = [models.UniqueConstraint(fields=by, name=once)] if once else []
    return migrations.CreateModel(name, list(fields.items()), {"constraints": constraints})


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("escalations", "0006_routing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar[list[Operation]] = [
        # the rows are counted anew below; until then the columns are filled with anything
        migrations.AddField(
            "backlog",
            "case_type",
            models.ForeignKey(
                "escalations.casetype",
                CASCADE,
                related_name="+",
                db_index=False,
                db_constraint=False,
                default=0,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "backlog", "state", models.CharField(max_length=16, default="queued"), preserve_default=False
        ),
        migrations.AddField(
            "backlog", "tier", models.PositiveSmallIntegerField(default=1), preserve_default=False
        ),
        migrations.AddField(
            "backlog", "senior_only", models.BooleanField(default=False), preserve_default=False
        ),
        migrations.RunSQL(
            (SQL / "board_backlog.sql").read_text(), (SQL / "board_backlog_down.sql").read_text()
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["due_at", "id"],
                include=["created_at", "client", "queue", "case_type", "tier", "severity", "senior_only"],
                condition=models.Q(state="queued"),
                name="case_waiting_by_due",
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["case_type", "created_at"],
                condition=models.Q(state="queued"),
                name="case_oldest_of_type",
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["-version"], condition=models.Q(state="queued", version__gte=9), name="case_bounced"
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["closed_at"], condition=models.Q(closed_at__isnull=False), name="case_closed_when"
            ),
        ),
        _rows(
            "TierDay",
            "one_row_a_tier_and_day",
            ["day", "client", "queue", "tier"],
            day=models.DateField(),
            n=models.PositiveIntegerField(),
            took=models.JSONField(),
        ),
        _rows(
            "PersonHour",
            "one_row_a_person_and_hour",
            ["hour", "client", "queue", "tier", "user"],
            hour=models.DateTimeField(),
            user=_to(settings.AUTH_USER_MODEL),
            n=models.PositiveIntegerField(),
            kept=models.PositiveIntegerField(),
            worked=models.JSONField(),
        ),
        _rows(
            "ArrivalHour",
            "one_row_an_arrival_hour",
            ["hour", "client", "queue", "tier", "severity"],
            hour=models.DateTimeField(),
            severity=models.PositiveSmallIntegerField(),
            n=models.PositiveIntegerField(),
            minutes=models.FloatField(),
        ),
        _rows(
            "AgeCount",
            "",
            [],
            senior_only=models.BooleanField(),
            band=models.CharField(max_length=8),
            n=models.PositiveIntegerField(),
            counted_at=models.DateTimeField(),
        ),
        _rows(
            "Cluster",
            "",
            [],
            senior_only=models.BooleanField(),
            category=models.CharField(max_length=80),
            reason=models.CharField(max_length=24),
            n=models.PositiveIntegerField(),
            risky=models.PositiveIntegerField(),
            first_seen=models.DateTimeField(),
            counted_at=models.DateTimeField(),
        ),
    ]
