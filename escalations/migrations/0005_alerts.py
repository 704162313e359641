"""Alerts, subscriptions, endpoints, deliveries."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0004_clocks")]
    operations: ClassVar[list[Operation]] = []
