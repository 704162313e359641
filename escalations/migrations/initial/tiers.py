"""Tiers, decision trees, sub-tasks, repeated errors."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='DecisionTree',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('number', models.PositiveIntegerField()),
            ('document', models.JSONField()),
            ('note', models.CharField(blank=True, max_length=300)),
            ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('live_from', models.DateTimeField(null=True)),
            ('superseded_at', models.DateTimeField(null=True)),
            ('case_type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='trees', to='escalations.casetype')),
            ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='trees', to='accounts.client')),
            ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'ordering': ['-number'],
            'constraints': [models.UniqueConstraint(fields=('client', 'case_type', 'number'), name='tree_version_once', nulls_distinct=False), models.UniqueConstraint(condition=models.Q(('live_from__isnull', False), ('superseded_at__isnull', True)), fields=('client', 'case_type'), name='one_live_tree', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('case_type__isnull', True), ('client__isnull', False), _connector='OR'), name='tree_of_a_type_has_a_client')],
        },
    ),
    migrations.CreateModel(
        name='ErrorGroup',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('signature', models.CharField(max_length=64)),
            ('tool', models.CharField(max_length=80)),
            ('error', models.CharField(blank=True, max_length=200)),
            ('started_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('last_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('closed_at', models.DateTimeField(null=True)),
            ('count', models.PositiveIntegerField(default=0)),
            ('client', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.client')),
            ('operations_case', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='error_group', to='escalations.case')),
        ],
        options={
            'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('client', 'signature'), name='one_open_error_group')],
        },
    ),
    migrations.CreateModel(
        name='Sighting',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('times', models.PositiveSmallIntegerField(default=1)),
            ('joined', models.BooleanField(default=False)),
            ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.case')),
            ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='sightings', to='escalations.errorgroup')),
        ],
        options={
            'indexes': [models.Index(fields=['group', 'at'], name='sighting_in_window')],
            'constraints': [models.UniqueConstraint(fields=('case', 'group'), name='sighting_once')],
        },
    ),
    migrations.CreateModel(
        name='SubTask',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('department', models.SlugField(max_length=40)),
            ('title', models.CharField(max_length=200)),
            ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done'), ('dropped', 'Not needed')], default='open', max_length=8)),
            ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('due_at', models.DateTimeField()),
            ('done_at', models.DateTimeField(null=True)),
            ('assignee', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subtasks', to=settings.AUTH_USER_MODEL)),
            ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='subtasks', to='escalations.case')),
            ('done_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('queue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='subtasks', to='escalations.queue')),
        ],
        options={
            'ordering': ['opened_at', 'pk'],
            'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['queue', 'due_at'], name='subtask_waiting'), models.Index(condition=models.Q(('state', 'open')), fields=['assignee', 'due_at'], name='subtask_mine')],
            'constraints': [models.UniqueConstraint(fields=('case', 'department'), name='subtask_once_per_department'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('done_at__isnull', False)), _connector='OR'), name='subtask_ended_means_dated')],
        },
    ),
    migrations.CreateModel(
        name='TierRule',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('number', models.PositiveSmallIntegerField()),
            ('name', models.CharField(max_length=80)),
            ('dwell_minutes', models.PositiveIntegerField()),
            ('lease_seconds', models.PositiveIntegerField(default=900)),
            ('authority', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
            ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tiers', to='accounts.client')),
            ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owned_tiers', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'ordering': ['number'],
            'constraints': [models.UniqueConstraint(fields=('client', 'number'), name='tier_once_per_client', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 3)), name='tier_1_to_3'), models.CheckConstraint(condition=models.Q(('dwell_minutes__gt', 0)), name='tier_has_a_timer'), models.CheckConstraint(condition=models.Q(('lease_seconds__gte', 60)), name='tier_lease_a_minute_or_more'), models.CheckConstraint(condition=models.Q(('authority__isnull', True), ('authority__gte', 0), _connector='OR'), name='tier_authority_not_negative')],
        },
    ),
]
