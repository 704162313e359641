"""An example is written in the statement that writes its decision, which is never deleted."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("reviews", "0004_cycle"), ("escalations", "0011_lean")]
    operations: ClassVar[list[Operation]] = [
        migrations.AlterField(
            "trainingexample",
            "decision",
            models.OneToOneField(
                "escalations.decision", models.PROTECT, related_name="example", db_constraint=False
            ),
        ),
    ]
