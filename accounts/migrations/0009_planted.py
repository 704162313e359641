"""Whoever checks the work sees which cases are planted; a person's row says what they were told of (R094)."""

from typing import Any, ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models.functions import Now

NEW = {"qa": "quality.review", "admin": "autonomy.edit", "auditor": "ledger.read"}
"""Built-in roles that get the right, each only while it still has the one beside which it makes sense."""
RIGHT = "planted.view"


def give(apps: Any, _: object) -> None:
    """A new version of each: whoever asks about an earlier day still gets that day's answer."""
    for role in apps.get_model("accounts", "Role").objects.filter(built_in=True, slug__in=NEW):
        if RIGHT in role.capabilities or NEW[role.slug] not in role.capabilities:
            continue
        role.capabilities = [*role.capabilities, RIGHT]
        role.version += 1
        role.save()
        role.versions.filter(valid_to__isnull=True).update(valid_to=Now())
        role.versions.create(
            number=role.version, capabilities=role.capabilities, cells=role.cells, max_tier=role.max_tier,
            valid_from=Now(),
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0008_head_guard")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField(
            "user", "plants_told", models.PositiveSmallIntegerField(default=0, editable=False)
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
