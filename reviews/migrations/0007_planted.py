"""A planted case teaches nothing (R094)."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("reviews", "0006_datasets"), ("escalations", "0019_planted")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL((SQL / "planted.sql").read_text(), (SQL / "planted_down.sql").read_text()),
    ]
