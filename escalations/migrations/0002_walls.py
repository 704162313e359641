"""Walls inside the database: see escalations/sql/walls.sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("escalations", "0001_cases"), ("accounts", "0002_ledger_walls")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "walls.sql").read_text(),
            reverse_sql=(SQL / "walls_down.sql").read_text(),
        ),
    ]
