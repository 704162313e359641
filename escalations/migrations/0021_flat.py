"""What a move asks by id alone is found in one block, however many there are."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0010_flat_heads"), ("escalations", "0020_level")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL((SQL / "flat.sql").read_text(), (SQL / "flat_down.sql").read_text()),
    ]
