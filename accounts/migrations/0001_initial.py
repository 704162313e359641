"""People, AI agents, the ledger, the floor; and the ledger's walls (accounts/sql)."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from accounts.migrations._tables import Tables
from accounts.migrations.initial import floor, ledger, people

SQL = Path(__file__).resolve().parent.parent / "sql"
WALLS = (
    "ledger", "floor",
)
BEFORE = (
    "0001_people", "0002_ledger_walls", "0003_floor", "0004_role_cells", "0005_chain",
    "0006_earned_autonomy", "0007_lean", "0008_head_guard", "0009_planted", "0010_flat_heads",
)
"""What this came in place of: a database with all of them is where this leads, one with some of them is refused."""


class Migration(migrations.Migration):
    initial = True
    replaces: ClassVar = [("accounts", name) for name in BEFORE]
    dependencies: ClassVar = [("auth", "0012_alter_user_first_name_max_length")]
    operations: ClassVar[list[Operation]] = [
        Tables(
            [
                *people.TABLES,
                *ledger.TABLES,
                *floor.TABLES,
            ]
        ),
        migrations.RunSQL(
            [(SQL / f"{name}.sql").read_text() for name in WALLS], (SQL / "down.sql").read_text()
        ),
    ]
