"""A dataset counts all that people taught: the database counts it again."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("reviews", "0005_lean"), ("escalations", "0015_learning")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL((SQL / "dataset.sql").read_text(), (SQL / "dataset_down.sql").read_text()),
    ]
