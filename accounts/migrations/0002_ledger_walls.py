"""Walls inside the database: see accounts/sql/ledger_walls.sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "ledger_walls.sql").read_text(),
            reverse_sql=(SQL / "ledger_walls_down.sql").read_text(),
        ),
    ]
