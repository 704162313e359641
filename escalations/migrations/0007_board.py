"""Counters of the board."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0006_routing")]
    operations: ClassVar[list[Operation]] = []
