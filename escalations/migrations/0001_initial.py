"""The case and everything that moves it; and the walls around it (escalations/sql)."""

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import migrations
from django.db.migrations.operations.base import Operation

from accounts.migrations._tables import Tables
from escalations.migrations.initial import (
    alerts,
    audit,
    autonomy,
    board,
    cases,
    clocks,
    configuration,
    decisions,
    handoffs,
    learning,
    offers,
    planted,
    releases,
    tiers,
    waiting,
)

SQL = Path(__file__).resolve().parent.parent / "sql"
WALLS = (
    "walls", "tiers", "clocks", "routing", "backlog", "stays", "audit", "autonomy", "releases", "handoff",
    "learning", "shadow", "judged", "places", "planted", "configuration", "storage",
)
BEFORE = (
    "0001_cases", "0002_walls", "0003_tiers", "0004_clocks", "0005_alerts", "0006_routing", "0007_board",
    "0008_cycle", "0009_audit", "0010_replay", "0011_lean", "0012_autonomy", "0013_release",
    "0014_handoff", "0015_learning", "0016_label", "0017_one_open_trip", "0018_waiting", "0019_planted",
    "0020_level", "0021_flat", "0022_stamp", "0023_shadow", "0024_one_block",
)
"""What this came in place of: a database with all of them is where this leads, one with some of them is refused."""


class Migration(migrations.Migration):
    initial = True
    replaces: ClassVar = [("escalations", name) for name in BEFORE]
    dependencies: ClassVar = [("accounts", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations: ClassVar[list[Operation]] = [
        Tables(
            [
                *configuration.TABLES,
                *cases.TABLES,
                *decisions.TABLES,
                *waiting.TABLES,
                *tiers.TABLES,
                *clocks.TABLES,
                *alerts.TABLES,
                *offers.TABLES,
                *board.TABLES,
                *audit.TABLES,
                *autonomy.TABLES,
                *releases.TABLES,
                *handoffs.TABLES,
                *learning.TABLES,
                *planted.TABLES,
            ]
        ),
        migrations.RunSQL(
            [(SQL / f"{name}.sql").read_text() for name in WALLS], (SQL / "down.sql").read_text()
        ),
    ]
