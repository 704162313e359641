"""The guard of the heads asks once a statement."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0007_lean")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL((SQL / "head_guard.sql").read_text(), (SQL / "head_guard_down.sql").read_text()),
    ]
