"""A higher level and a breaker that closes need two people, in the database too; a draft keeps its authors."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0005_plant_follows")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL((SQL / "two_people.sql").read_text(), (SQL / "two_people_down.sql").read_text()),
    ]
