"""The built-in roles get what came with governed autonomy, where no admin has changed them."""

from typing import Any, ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.models.functions import Now

NEW = {
    "supervisor": ("insight.view", "policy.approve_ops", "autonomy.stop"),
    "sme": ("audit.adjudicate",),
    "compliance": ("insight.view", "audit.adjudicate", "autonomy.stop"),
    "qa": ("insight.view",),
    "admin": ("policy.approve_ai", "autonomy.edit", "autonomy.stop", "model.manage", "insight.view"),
    "auditor": ("insight.view",),
}


def give(apps: Any, _: object) -> None:
    """A new version of each: whoever asks about an earlier day still gets that day's answer."""
    for role in apps.get_model("accounts", "Role").objects.filter(built_in=True, version=1, slug__in=NEW):
        role.capabilities = [*role.capabilities, *(one for one in NEW[role.slug] if one not in role.capabilities)]
        role.version += 1
        role.save()
        role.versions.filter(valid_to__isnull=True).update(valid_to=Now())
        role.versions.create(
            number=role.version, capabilities=role.capabilities, cells=role.cells, max_tier=role.max_tier,
            valid_from=Now(),
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0005_chain")]
    operations: ClassVar[list[Operation]] = [migrations.RunPython(give, migrations.RunPython.noop)]
