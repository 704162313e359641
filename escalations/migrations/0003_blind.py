"""The database keeps on a person's row which case they audit blind."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0002_shadow_people"), ("accounts", "0002_auditing")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL((SQL / "blind.sql").read_text(), (SQL / "blind_down.sql").read_text()),
    ]
