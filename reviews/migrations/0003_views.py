"""Saved views."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("reviews", "0002_flags")]
    operations: ClassVar[list[Operation]] = []
