"""Fewer blocks a cycle."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0007_board")]
    operations: ClassVar[list[Operation]] = []
