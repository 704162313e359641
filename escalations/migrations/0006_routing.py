"""Skills of queues and cases, offers."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0005_alerts"), ("accounts", "0003_floor")]
    operations: ClassVar[list[Operation]] = []
