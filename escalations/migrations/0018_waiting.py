"""What waits and what is held stand in narrow tables of their own, so that a move writes no index of the case."""

from pathlib import Path
from typing import ClassVar

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0007_lean"),
        ("escalations", "0017_one_open_trip"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="hold",
                        serialize=False,
                        to="escalations.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="waiting",
                        serialize=False,
                        to="escalations.case",
                    ),
                ),
                ("ref", models.CharField(max_length=24)),
                ("subject", models.CharField(blank=True, max_length=300)),
                ("version", models.BigIntegerField()),
                ("confidence", models.FloatField(null=True)),
                ("threshold", models.FloatField(null=True)),
                ("tier", models.PositiveSmallIntegerField()),
                (
                    "severity",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Critical"), (2, "High"), (3, "Normal"), (4, "Low")]
                    ),
                ),
                ("senior_only", models.BooleanField()),
                (
                    "risk",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")],
                        max_length=8,
                    ),
                ),
                ("need", models.IntegerField()),
                ("unroutable_since", models.DateTimeField(null=True)),
                ("category", models.CharField(blank=True, max_length=80)),
                (
                    "reason_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24), blank=True, size=None
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("rank_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("reserved_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_held",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_working_order",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_order_everywhere",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_critical",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_waiting_by_due",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_oldest_of_type",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_bounced",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_order",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_precedent",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_precedent_of_type",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_by_reason",
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["case_type", "category", "-closed_at"],
                name="case_precedent",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["case_type", "-closed_at"],
                name="case_precedent_of_type",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="holder",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="waiting",
            name="case_type",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="escalations.casetype",
            ),
        ),
        migrations.AddField(
            model_name="waiting",
            name="client",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.client",
            ),
        ),
        migrations.AddField(
            model_name="waiting",
            name="queue",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="escalations.queue",
            ),
        ),
        migrations.AddField(
            model_name="waiting",
            name="triage",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="escalations.triagerecord",
            ),
        ),
        migrations.AddField(
            model_name="waiting",
            name="reserved_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(fields=("holder", "case"), name="hold_once"),
        ),
        migrations.RunSQL(
            "ALTER TABLE escalations_hold DROP CONSTRAINT escalations_hold_pkey",
            "ALTER TABLE escalations_hold ADD CONSTRAINT escalations_hold_pkey PRIMARY KEY (case_id)",
        ),
        migrations.AddIndex(
            model_name="waiting",
            index=models.Index(
                models.F("queue"),
                models.F("client"),
                models.F("tier"),
                models.ExpressionWrapper(
                    models.Q(("senior_only", True), ("risk", "high"), _connector="OR"),
                    output_field=models.BooleanField(),
                ),
                models.F("rank_at"),
                models.F("case"),
                models.F("need"),
                name="waiting_working_order",
            ),
        ),
        migrations.AddIndex(
            model_name="waiting",
            index=models.Index(
                models.F("tier"),
                models.ExpressionWrapper(
                    models.Q(("senior_only", True), ("risk", "high"), _connector="OR"),
                    output_field=models.BooleanField(),
                ),
                models.F("rank_at"),
                models.F("case"),
                models.F("need"),
                name="waiting_order_everywhere",
            ),
        ),
        migrations.AddIndex(
            model_name="waiting",
            index=models.Index(models.F("rank_at"), models.F("case"), models.F("need"), name="waiting_order"),
        ),
        migrations.AddIndex(
            model_name="waiting",
            index=models.Index(
                condition=models.Q(("severity", 1)), fields=["rank_at"], name="waiting_critical"
            ),
        ),
        migrations.AddIndex(
            model_name="waiting",
            index=models.Index(
                fields=["due_at", "case"],
                include=("created_at", "client", "queue", "case_type", "tier", "severity", "senior_only"),
                name="waiting_by_due",
            ),
        ),
        migrations.AddIndex(
            model_name="waiting",
            index=models.Index(fields=["case_type", "created_at"], name="waiting_oldest_of_type"),
        ),
        migrations.AddIndex(
            model_name="waiting",
            index=models.Index(
                condition=models.Q(("version__gte", 9)), fields=["-version"], name="waiting_bounced"
            ),
        ),
        migrations.AddIndex(
            model_name="waiting",
            index=django.contrib.postgres.indexes.GinIndex(fields=["reason_codes"], name="waiting_by_reason"),
        ),
        migrations.RunSQL((SQL / "places.sql").read_text(), (SQL / "places_down.sql").read_text()),
        migrations.RemoveIndex("job", "job_of_case"),
        migrations.AddIndex(
            "job",
            models.Index(
                fields=["case"],
                condition=models.Q(("state__in", ["ready", "running"]), models.Q(("kind", "close"), _negated=True)),
                name="job_of_case",
            ),
        ),
        migrations.AddField(
            "case", "model_version", models.CharField(blank=True, db_default="", max_length=120)
        ),
        migrations.AddField("case", "inputs_hash", models.CharField(blank=True, db_default="", max_length=64)),
        migrations.RunSQL((SQL / "judged.sql").read_text(), (SQL / "judged_down.sql").read_text()),
        # all its rows are read or folded at once: nobody looks for one by its id, and every move would write it
        migrations.RunSQL(
            "ALTER TABLE escalations_backlog DROP CONSTRAINT escalations_backlog_pkey",
            "ALTER TABLE escalations_backlog ADD CONSTRAINT escalations_backlog_pkey PRIMARY KEY (id)",
        ),
        # a claim takes the first row of the order away: what is left of it shall not lie there for long
        migrations.RunSQL(
            "ALTER TABLE escalations_waiting SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02)",
            "ALTER TABLE escalations_waiting RESET (fillfactor, autovacuum_vacuum_scale_factor)",
        ),
    ]
