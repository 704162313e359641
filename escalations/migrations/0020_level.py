"""A case says what the AI was allowed with it when it was judged; those still open are told by their routing."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

LEVELS = [
    ("off", "Off"),
    ("suggest", "Suggest"),
    ("supervised", "Supervised"),
    ("autonomous", "Autonomous"),
]
OPEN = """
UPDATE escalations_case c SET autonomy = coalesce(r.outcome -> 'trace' -> 'signals' ->> 'autonomy', '')
FROM escalations_routing r WHERE r.id = c.routing_id AND c.closed_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0019_planted")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField(
            "case",
            "autonomy",
            models.CharField(blank=True, choices=LEVELS, db_default="", default="", max_length=10),
        ),
        migrations.RunSQL(OPEN, migrations.RunSQL.noop),
    ]
