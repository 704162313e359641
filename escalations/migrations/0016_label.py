"""A blind label says what its audit concluded."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0015_learning")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL((SQL / "audit_label.sql").read_text(), (SQL / "audit_label_down.sql").read_text()),
    ]
