"""What a decision writes is not looked up again at its commit; a routing's path lies beside it."""

from pathlib import Path
from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


def _unchecked(model: str, name: str, to: str, related: str, *, null: bool = False) -> Operation:
    """A foreign key that the database no longer looks up: see stays.sql."""
    key: models.Field = models.ForeignKey(  # type: ignore[type-arg]
        to,
        django.db.models.deletion.PROTECT,
        null=null,
        related_name=related,
        db_index=False,
        db_constraint=False,
    )
    return migrations.AlterField(model, name, key)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("escalations", "0010_replay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar[list[Operation]] = [
        _unchecked("case", "holder", settings.AUTH_USER_MODEL, "held", null=True),
        _unchecked("decision", "case", "escalations.case", "decisions"),
        _unchecked("decision", "user", settings.AUTH_USER_MODEL, "decisions", null=True),
        _unchecked("decision", "policy", "escalations.policyversion", "+"),
        migrations.RunSQL((SQL / "stays.sql").read_text(), (SQL / "stays_down.sql").read_text()),
        # read with every case page: up to 4 KB are packed into the row, so that three further pages are not
        migrations.RunSQL(
            "ALTER TABLE escalations_routing SET (toast_tuple_target = 4080)",
            "ALTER TABLE escalations_routing RESET (toast_tuple_target)",
        ),
    ]
