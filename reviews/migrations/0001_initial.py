"""The human work on cases; and what it teaches, walled in (reviews/sql)."""

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import migrations
from django.db.migrations.operations.base import Operation

from accounts.migrations._tables import Tables
from reviews.migrations.initial import board, work

SQL = Path(__file__).resolve().parent.parent / "sql"
WALLS = (
    "dataset", "planted",
)
BEFORE = (
    "0001_review_work", "0002_flags", "0003_views", "0004_cycle", "0005_lean", "0006_datasets",
    "0007_planted",
)
"""What this came in place of: a database with all of them is where this leads, one with some of them is refused."""


class Migration(migrations.Migration):
    initial = True
    replaces: ClassVar = [("reviews", name) for name in BEFORE]
    dependencies: ClassVar = [("escalations", "0001_initial"), ("accounts", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations: ClassVar[list[Operation]] = [
        Tables(
            [
                *work.TABLES,
                *board.TABLES,
            ]
        ),
        migrations.RunSQL(
            [(SQL / f"{name}.sql").read_text() for name in WALLS], (SQL / "down.sql").read_text()
        ),
    ]
