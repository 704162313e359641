"""What an example copies from its decision was checked there; no query finds examples by case."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("reviews", "0003_views"), ("escalations", "0008_cycle")]
    operations: ClassVar[list[Operation]] = [
        migrations.AlterField(
            "trainingexample",
            "case",
            models.ForeignKey(
                "escalations.case",
                models.PROTECT,
                related_name="examples",
                db_index=False,
                db_constraint=False,
            ),
        ),
        migrations.AlterField(
            "trainingexample",
            "policy",
            models.ForeignKey(
                "escalations.policyversion",
                models.PROTECT,
                related_name="+",
                db_index=False,
                db_constraint=False,
            ),
        ),
    ]
