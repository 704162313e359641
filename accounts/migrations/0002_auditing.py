"""A person's row says which case they audit blind, so that no page has to ask for it."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField("user", "auditing", models.UUIDField(editable=False, null=True)),
    ]
