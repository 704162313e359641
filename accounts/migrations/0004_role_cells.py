"""Roles whose cells hold scopes; past versions of roles."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0003_floor")]
    operations: ClassVar[list[Operation]] = []
