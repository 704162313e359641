"""Teams, skills, presence, shifts; the capabilities of the floor."""

from typing import ClassVar

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

GIVEN = {
    "supervisor": ("case.assign", "floor.view", "people.manage"),
    "compliance": ("floor.view",),
    "qa": ("floor.view",),
    "admin": ("sla.edit", "people.manage", "alerts.manage"),
}
"""What the built-in roles gained; a role that lost it again by an admin's hand keeps what the admin said later."""


def _give(slug: str, more: tuple[str, ...]) -> migrations.RunSQL:
    names = ", ".join(f"'{name}'" for name in more)
    return migrations.RunSQL(
        f"UPDATE accounts_role SET capabilities = capabilities || ARRAY[{names}]::varchar[] "  # noqa: S608
        f"WHERE slug = '{slug}' AND NOT capabilities && ARRAY[{names}]::varchar[]",
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0002_ledger_walls")]
    operations: ClassVar[list[Operation]] = [
        migrations.AlterField("event", "kind", models.CharField(editable=False, max_length=40)),
        migrations.AlterField(
            "role",
            "capabilities",
            django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=40), blank=True, default=list, size=None
            ),
        ),
        *(_give(slug, more) for slug, more in GIVEN.items()),
    ]
