"""Tiers, decision trees, sub-tasks, repeated errors."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0002_walls")]
    operations: ClassVar[list[Operation]] = []
