"""Saved views, and moves of many cases at once."""

import django.db.models.deletion
import uuid6
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='BulkMove',
        fields=[
            ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
            ('to', models.CharField(choices=[('queue', 'to a queue'), ('person', 'to a person'), ('least', 'to the least loaded')], max_length=8)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('ended_at', models.DateTimeField(null=True)),
            ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bulk_moves', to=settings.AUTH_USER_MODEL)),
            ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('queue', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.queue')),
        ],
        options={
            'ordering': ['-created_at'],
        },
    ),
    migrations.CreateModel(
        name='BulkRow',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('version', models.BigIntegerField(null=True)),
            ('outcome', models.CharField(choices=[('open', 'Not yet'), ('done', 'Moved'), ('refused', 'Left out'), ('undone', 'Put back'), ('kept', 'Not put back')], default='open', max_length=8)),
            ('said', models.CharField(blank=True, max_length=300)),
            ('before', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.queue')),
            ('bulk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='reviews.bulkmove')),
            ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.case')),
            ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'ordering': ['pk'],
            'indexes': [models.Index(condition=models.Q(('outcome', 'open')), fields=['bulk'], name='bulk_row_open')],
            'constraints': [models.UniqueConstraint(fields=('bulk', 'case'), name='case_once_per_bulk_move')],
        },
    ),
    migrations.CreateModel(
        name='SavedView',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('name', models.CharField(max_length=60)),
            ('path', models.CharField(max_length=40)),
            ('query', models.CharField(blank=True, max_length=600)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='board_views', to=settings.AUTH_USER_MODEL)),
            ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='board_views', to='accounts.team')),
        ],
        options={
            'ordering': ['name'],
            'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='view_name_once_per_owner')],
        },
    ),
]
