"""In a shadow's transaction nobody decides, and no work with an effect is begun."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0001_initial")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL(
            (SQL / "shadow_people.sql").read_text(), (SQL / "shadow_people_down.sql").read_text()
        ),
    ]
