"""A link of the chain in one statement; no index of the events' ids, which nothing asks for.

`(stream, seq)` stays unique and never null, and the wall refuses every change of a row.
"""

from pathlib import Path
from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0006_earned_autonomy")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField("head", "prev", models.BinaryField(editable=False, max_length=32, null=True)),
        migrations.AddField("head", "at", models.DateTimeField(editable=False, null=True)),
        migrations.RunSQL((SQL / "ledger_step.sql").read_text(), (SQL / "ledger_link.sql").read_text()),
        migrations.RunSQL(
            "ALTER TABLE accounts_event DROP CONSTRAINT accounts_event_pkey",
            "ALTER TABLE accounts_event ADD CONSTRAINT accounts_event_pkey PRIMARY KEY (id)",
        ),
    ]
