"""Business calendars, SLA policies, clocks."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0003_tiers")]
    operations: ClassVar[list[Operation]] = []
