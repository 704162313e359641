"""What a case's page is made of is found in one block, however many cases there are."""

from typing import ClassVar

from django.contrib.postgres.indexes import HashIndex
from django.db import migrations
from django.db.migrations.operations.base import Operation

INDEXES = [
    ("case", "id", "case_by_id"),
    ("case", "ref", "case_by_ref"),
    ("extractedfield", "case", "fields_of_case"),
    ("handoff", "id", "handoff_by_id"),
    ("routing", "id", "routing_by_id"),
    ("triagerecord", "id", "triage_by_id"),
]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("escalations", "0023_shadow")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddIndex(model, HashIndex(fields=[field], name=name)) for model, field, name in INDEXES
    ]
