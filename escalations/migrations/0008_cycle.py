"""Fewer blocks a cycle: no index that no query asks for, none written with a move that it does not serve.

Every move of a case writes all indexes whose condition the new row meets, for `state` stands in most conditions.
"""

from pathlib import Path
from typing import ClassVar

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"
CASCADE, PROTECT = django.db.models.deletion.CASCADE, django.db.models.deletion.PROTECT


def _needs_event_before() -> str:
    """`case_needs_event` as the walls made it."""
    walls = (SQL / "walls.sql").read_text()
    begins = walls.index("CREATE FUNCTION case_needs_event")
    function = walls[begins : walls.index("CREATE CONSTRAINT TRIGGER case_2_event")]
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def _case(on_delete: object = CASCADE, **more: object) -> models.Field:  # type: ignore[type-arg]
    return models.ForeignKey("escalations.case", on_delete, db_index=False, **more)  # type: ignore[arg-type]


def _room(table: str, percent: int) -> migrations.RunSQL:
    """Leave room on each page of `table` for the next versions of its rows."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} SET (fillfactor = {percent})", f"ALTER TABLE {table} RESET (fillfactor)"
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0007_board"), ("accounts", "0005_chain")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL((SQL / "case_needs_event.sql").read_text(), _needs_event_before()),
        _room("escalations_case", 85),
        _room("escalations_job", 85),
        # a person's day is counted in the index alone where the pages are known to be visible: vacuum tells, and
        # would by itself only after a fifth of the table
        migrations.RunSQL(
            "ALTER TABLE escalations_decision SET "
            "(autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 2000)",
            "ALTER TABLE escalations_decision RESET "
            "(autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_insert_threshold)",
        ),
        migrations.RemoveIndex("case", "case_lease_end"),
        migrations.RemoveIndex("case", "case_precedent"),
        migrations.RemoveIndex("case", "case_precedent_of_type"),
        migrations.RemoveIndex("case", "case_by_reason"),
        migrations.RemoveIndex("decision", "decision_by_person"),
        migrations.AlterField(
            "apirequest",
            "agent",
            models.ForeignKey("accounts.aiagent", CASCADE, related_name="+", db_index=False),
        ),
        migrations.AlterField("apirequest", "case", _case(related_name="+")),
        migrations.AlterField(
            "backlog",
            "client",
            models.ForeignKey(
                "accounts.client", CASCADE, related_name="+", db_index=False, db_constraint=False
            ),
        ),
        migrations.AlterField(
            "backlog",
            "queue",
            models.ForeignKey(
                "escalations.queue", CASCADE, related_name="+", db_index=False, db_constraint=False
            ),
        ),
        migrations.AlterField("case", "ref", models.CharField(max_length=24)),
        migrations.AlterField("decision", "case", _case(PROTECT, related_name="decisions")),
        migrations.AlterField("handoff", "case", _case(related_name="handoffs")),
        migrations.AlterField("job", "case", _case(null=True, related_name="jobs", db_constraint=False)),
        migrations.AlterField("routing", "case", _case(related_name="routings")),
        migrations.AlterField("triagerecord", "case", _case(related_name="triages")),
        migrations.AddIndex(
            "case",
            models.Index("rank_at", "id", "need", condition=models.Q(state="queued"), name="case_order"),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["case_type", "category", "-resolved_at"],
                condition=models.Q(closed_at__isnull=False),
                name="case_precedent",
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["case_type", "-resolved_at"],
                condition=models.Q(closed_at__isnull=False),
                name="case_precedent_of_type",
            ),
        ),
        migrations.AddIndex(
            "case",
            django.contrib.postgres.indexes.GinIndex(
                fields=["reason_codes"], condition=models.Q(state="queued"), name="case_by_reason"
            ),
        ),
        migrations.AddIndex(
            "decision",
            models.Index(
                fields=["user", "-created_at", "undo_until"],
                condition=~models.Q(standing="undone"),
                name="decision_by_person",
            ),
        ),
        migrations.AddIndex(
            "job",
            models.Index(
                fields=["case"], condition=models.Q(state__in=["ready", "running"]), name="job_of_case"
            ),
        ),
        migrations.AddIndex(
            "triagerecord",
            models.Index(fields=["case"], condition=~models.Q(error=""), name="triage_failed"),
        ),
        migrations.AddConstraint("case", models.UniqueConstraint(fields=("ref",), name="ref_once")),
    ]
