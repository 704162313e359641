"""Business calendars, SLA policies, clocks."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='BusinessCalendar',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('slug', models.SlugField(max_length=40)),
            ('number', models.PositiveIntegerField()),
            ('name', models.CharField(max_length=80)),
            ('timezone', models.CharField(default='UTC', max_length=40)),
            ('periods', models.JSONField(default=list)),
            ('country', models.CharField(blank=True, max_length=2)),
            ('subdivision', models.CharField(blank=True, max_length=10)),
            ('closed_days', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list, size=None)),
            ('live_from', models.DateTimeField()),
            ('superseded_at', models.DateTimeField(null=True)),
            ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'ordering': ['name'],
            'constraints': [models.UniqueConstraint(fields=('slug', 'number'), name='calendar_version_once'), models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('slug',), name='one_live_calendar')],
        },
    ),
    migrations.CreateModel(
        name='SlaPolicy',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'High'), (3, 'Normal'), (4, 'Low')], null=True)),
            ('calendar', models.SlugField(db_index=False, max_length=40)),
            ('first_response_minutes', models.PositiveIntegerField(null=True)),
            ('next_response_minutes', models.PositiveIntegerField(null=True)),
            ('dwell_minutes', models.PositiveIntegerField(null=True)),
            ('resolution_minutes', models.PositiveIntegerField(null=True)),
            ('warn_percent', models.PositiveSmallIntegerField(default=80)),
            ('pauses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('hold', 'On hold'), ('info', 'Waiting for information'), ('snoozed', 'Snoozed'), ('with_ai', 'Returned to AI')], max_length=8), blank=True, default=list, size=None)),
            ('raise_on', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
            ('penalty', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
            ('currency', models.CharField(default='EUR', max_length=3)),
            ('penalty_timers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('first_response', 'First response'), ('next_response', 'Next response'), ('tier_dwell', 'Time in this tier'), ('resolution', 'Resolution')], max_length=16), blank=True, default=list, size=None)),
            ('live_from', models.DateTimeField()),
            ('superseded_at', models.DateTimeField(null=True)),
            ('case_type', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.casetype')),
            ('client', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.client')),
            ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'ordering': ['client', 'case_type', 'severity'],
            'constraints': [models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('client', 'case_type', 'severity'), name='one_live_sla_policy', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('first_response_minutes', 0), ('next_response_minutes', 0), ('dwell_minutes', 0), ('resolution_minutes', 0), _connector='OR', _negated=True), name='sla_minutes_are_positive'), models.CheckConstraint(condition=models.Q(('warn_percent__gte', 1), ('warn_percent__lte', 99)), name='warning_comes_before_the_end'), models.CheckConstraint(condition=models.Q(('penalty__gte', 0)), name='penalty_is_no_reward')],
        },
    ),
    migrations.CreateModel(
        name='Clock',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('timer', models.CharField(choices=[('first_response', 'First response'), ('next_response', 'Next response'), ('tier_dwell', 'Time in this tier'), ('resolution', 'Resolution')], max_length=16)),
            ('round', models.PositiveSmallIntegerField(default=1)),
            ('tier', models.PositiveSmallIntegerField(default=1)),
            ('target', models.PositiveIntegerField()),
            ('warn_after', models.PositiveIntegerField()),
            ('started_at', models.DateTimeField()),
            ('stopped_at', models.DateTimeField(null=True)),
            ('paused', models.CharField(blank=True, choices=[('hold', 'On hold'), ('info', 'Waiting for information'), ('snoozed', 'Snoozed'), ('with_ai', 'Returned to AI')], max_length=8)),
            ('elapsed', models.PositiveIntegerField(default=0)),
            ('warn_at', models.DateTimeField(null=True)),
            ('due_at', models.DateTimeField(null=True)),
            ('next_at', models.DateTimeField(null=True)),
            ('warned_at', models.DateTimeField(null=True)),
            ('breached_at', models.DateTimeField(null=True)),
            ('penalty', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
            ('currency', models.CharField(blank=True, max_length=3)),
            ('met', models.BooleanField(null=True)),
            ('calendar', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.businesscalendar')),
            ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='escalations.case')),
            ('policy', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.slapolicy')),
        ],
        options={
            'indexes': [models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='clock_next'), models.Index(condition=models.Q(('breached_at__isnull', False)), fields=['breached_at'], name='clock_breached')],
            'constraints': [models.UniqueConstraint(fields=('case', 'timer', 'round'), name='clock_once'), models.UniqueConstraint(condition=models.Q(('stopped_at__isnull', True)), fields=('case', 'timer'), name='one_running_clock'), models.CheckConstraint(condition=models.Q(('target__gt', 0)), name='clock_has_time'), models.CheckConstraint(condition=models.Q(('stopped_at__isnull', True), ('met__isnull', False), _connector='OR'), name='stopped_clock_is_judged')],
        },
    ),
]
