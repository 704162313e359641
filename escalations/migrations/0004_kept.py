"""Policy versions and promotions stay as they were approved."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0003_blind")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL((SQL / "kept.sql").read_text(), (SQL / "kept_down.sql").read_text()),
    ]
