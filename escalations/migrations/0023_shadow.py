"""A shadow moves no case, and no challenger judges one; a certificate may end because of a policy."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"
ENDS = [
    ("replaced", "A newer one took its place"),
    ("broken", "Audits refuted it"),
    ("promise", "The promise became stricter"),
    ("withdrawn", "Withdrawn by hand"),
    ("model", "Another model took over"),
    ("policy", "Another policy lets other cases through"),
]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0022_stamp")]
    operations: ClassVar[list[Operation]] = [
        migrations.AlterField(
            "certificate", "why_ended", models.CharField(blank=True, choices=ENDS, max_length=12)
        ),
        migrations.RunSQL((SQL / "shadow.sql").read_text(), (SQL / "shadow_down.sql").read_text()),
    ]
