"""A planted case follows the words of the case that it copies."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0004_kept")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL(
            (SQL / "plant_follows.sql").read_text(), (SQL / "plant_follows_down.sql").read_text()
        ),
    ]
