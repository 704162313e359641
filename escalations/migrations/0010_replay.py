"""Keep what policy was given, so that every decision can be replayed; flag what was done under an older policy."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0009_audit")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField("routing", "facts", models.JSONField(default=dict)),
        migrations.AddField("routing", "superseded", models.BooleanField(default=False, db_default=False)),
        migrations.AddIndex(
            "routing",
            models.Index(
                fields=["policy"], condition=models.Q(superseded=True), name="routing_superseded"
            ),
        ),
    ]
