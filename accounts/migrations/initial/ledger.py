"""The ledger: its events, and the newest of each stream."""

import uuid

from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Head',
        fields=[
            ('stream', models.UUIDField(editable=False, primary_key=True, serialize=False)),
            ('seq', models.BigIntegerField(editable=False)),
            ('hash', models.BinaryField(max_length=32)),
            ('prev', models.BinaryField(max_length=32, null=True)),
            ('at', models.DateTimeField(editable=False, null=True)),
            ('version', models.BigIntegerField(editable=False, null=True)),
        ],
    ),
    migrations.CreateModel(
        name='Event',
        fields=[
            ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ('stream', models.UUIDField(editable=False)),
            ('seq', models.BigIntegerField(editable=False)),
            ('version', models.BigIntegerField(editable=False)),
            ('at', models.DateTimeField(editable=False)),
            ('body', models.BinaryField()),
            ('prev', models.BinaryField(max_length=32)),
            ('hash', models.BinaryField(max_length=32)),
            ('kind', models.CharField(editable=False, max_length=40)),
            ('actor_kind', models.CharField(editable=False, max_length=10)),
            ('actor_id', models.CharField(editable=False, max_length=40)),
            ('data', models.JSONField(editable=False)),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('stream', 'seq'), name='event_order')],
        },
    ),
]
