"""The head of a stream is found in one block, however many there are, and knows its newest version."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0009_planted")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField("head", "version", models.BigIntegerField(editable=False, null=True)),
        migrations.RunSQL((SQL / "ledger_flat.sql").read_text(), (SQL / "ledger_flat_down.sql").read_text()),
    ]
