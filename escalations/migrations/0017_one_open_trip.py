"""A case type's AI is stopped once at a time."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0016_label")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddConstraint(
            "trip",
            models.UniqueConstraint(
                fields=["case_type"], condition=models.Q(resumed_at__isnull=True), name="one_open_trip"
            ),
        ),
    ]
