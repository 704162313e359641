"""Processes learn when what they keep of the configuration is old."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0021_flat")]
    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("value", models.UUIDField()),
            ],
        ),
        migrations.RunSQL((SQL / "configuration.sql").read_text(), (SQL / "configuration_down.sql").read_text()),
    ]
