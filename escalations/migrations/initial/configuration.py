"""What cases are judged and sorted by."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='CaseType',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('slug', models.SlugField()),
            ('name', models.CharField(max_length=80)),
            ('mode', models.CharField(choices=[('normal', 'Normal'), ('human_only', 'People only')], default='normal', max_length=12)),
            ('autonomy', models.CharField(choices=[('off', 'Off'), ('suggest', 'Suggest'), ('supervised', 'Supervised'), ('autonomous', 'Autonomous')], default='suggest', max_length=12)),
            ('human_final_decision', models.BooleanField(default=False)),
            ('risk', models.CharField(choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High')], default='low', max_length=8)),
            ('threshold', models.FloatField(default=0.9)),
            ('sla_minutes', models.PositiveIntegerField(default=480)),
            ('weight', models.PositiveSmallIntegerField(default=1)),
            ('undo_seconds', models.PositiveSmallIntegerField(default=10)),
            ('labels', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=80), blank=True, default=list, size=None)),
            ('rules', models.JSONField(blank=True, default=dict)),
            ('dispositions', models.JSONField(blank=True, default=list)),
            ('guidance', models.JSONField(blank=True, default=list)),
            ('is_active', models.BooleanField(default=True)),
            ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='case_types', to='accounts.client')),
            ('default_queue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.queue')),
            ('skills', models.JSONField(blank=True, default=dict)),
            ('category_skills', models.JSONField(blank=True, default=dict)),
            ('effort', models.PositiveSmallIntegerField(default=1)),
        ],
        options={
            'ordering': ['name'],
            'constraints': [models.UniqueConstraint(fields=('client', 'slug'), name='case_type_once_per_client'), models.CheckConstraint(condition=models.Q(('threshold__gte', 0), ('threshold__lte', 1)), name='case_type_threshold_is_a_probability')],
        },
    ),
    migrations.CreateModel(
        name='PolicyVersion',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('number', models.PositiveIntegerField(unique=True)),
            ('document', models.JSONField()),
            ('digest', models.CharField(max_length=64)),
            ('note', models.CharField(blank=True, max_length=300)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('live_from', models.DateTimeField(blank=True, null=True)),
            ('superseded_at', models.DateTimeField(blank=True, null=True)),
            ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ('restores', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.policyversion')),
        ],
        options={
            'ordering': ['-number'],
            'constraints': [models.UniqueConstraint(models.Value(1), condition=models.Q(('live_from__isnull', False), ('superseded_at__isnull', True)), name='one_live_policy')],
        },
    ),
    migrations.CreateModel(
        name='Queue',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('slug', models.SlugField(unique=True)),
            ('name', models.CharField(max_length=80)),
            ('tier', models.PositiveSmallIntegerField(default=1)),
            ('purpose', models.CharField(blank=True, max_length=200)),
            ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owned_queues', to=settings.AUTH_USER_MODEL)),
            ('raises_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='escalations.queue')),
            ('skills', models.JSONField(blank=True, default=dict)),
            ('push', models.BooleanField(default=False)),
        ],
        options={
            'ordering': ['tier', 'name'],
            'constraints': [models.CheckConstraint(condition=models.Q(('tier__gte', 1), ('tier__lte', 3)), name='queue_tier_1_to_3')],
        },
    ),
    migrations.CreateModel(
        name='Need',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=44), size=None, unique=True)),
        ],
    ),
    migrations.CreateModel(
        name='Stamp',
        fields=[
            ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
            ('value', models.UUIDField()),
        ],
    ),
]
