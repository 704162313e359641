"""Tiers, decision trees, sub-tasks, repeated errors."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people"),
        ("escalations", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            ],
            options={
                'ordering': ['-number'],
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
            ],
        ),
        migrations.CreateModel(
            name='Sighting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('times', models.PositiveSmallIntegerField(default=1)),
                ('joined', models.BooleanField(default=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
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
            ],
            options={
                'ordering': ['opened_at', 'pk'],
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
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='overseer',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='overseen', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='case',
            name='subtasks_open',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='queue',
            name='raises_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='escalations.queue'),
        ),
        migrations.AddField(
            model_name='routing',
            name='path',
            field=models.JSONField(default=list),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(('tier__gte', 1), ('tier__lte', 3)), name='queue_tier_1_to_3'),
        ),
        migrations.AddField(
            model_name='decisiontree',
            name='case_type',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='trees', to='escalations.casetype'),
        ),
        migrations.AddField(
            model_name='decisiontree',
            name='client',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='trees', to='accounts.client'),
        ),
        migrations.AddField(
            model_name='decisiontree',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='errorgroup',
            name='client',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.client'),
        ),
        migrations.AddField(
            model_name='errorgroup',
            name='operations_case',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='error_group', to='escalations.case'),
        ),
        migrations.AddField(
            model_name='sighting',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.case'),
        ),
        migrations.AddField(
            model_name='sighting',
            name='group',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='sightings', to='escalations.errorgroup'),
        ),
        migrations.AddField(
            model_name='subtask',
            name='assignee',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subtasks', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='subtask',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='subtasks', to='escalations.case'),
        ),
        migrations.AddField(
            model_name='subtask',
            name='done_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='subtask',
            name='queue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='subtasks', to='escalations.queue'),
        ),
        migrations.AddField(
            model_name='tierrule',
            name='client',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tiers', to='accounts.client'),
        ),
        migrations.AddField(
            model_name='tierrule',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owned_tiers', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='decisiontree',
            constraint=models.UniqueConstraint(fields=('client', 'case_type', 'number'), name='tree_version_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='decisiontree',
            constraint=models.UniqueConstraint(condition=models.Q(('live_from__isnull', False), ('superseded_at__isnull', True)), fields=('client', 'case_type'), name='one_live_tree', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='decisiontree',
            constraint=models.CheckConstraint(condition=models.Q(('case_type__isnull', True), ('client__isnull', False), _connector='OR'), name='tree_of_a_type_has_a_client'),
        ),
        migrations.AddConstraint(
            model_name='errorgroup',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('client', 'signature'), name='one_open_error_group'),
        ),
        migrations.AddIndex(
            model_name='sighting',
            index=models.Index(fields=['group', 'at'], name='sighting_in_window'),
        ),
        migrations.AddConstraint(
            model_name='sighting',
            constraint=models.UniqueConstraint(fields=('case', 'group'), name='sighting_once'),
        ),
        migrations.AddIndex(
            model_name='subtask',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['queue', 'due_at'], name='subtask_waiting'),
        ),
        migrations.AddIndex(
            model_name='subtask',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['assignee', 'due_at'], name='subtask_mine'),
        ),
        migrations.AddConstraint(
            model_name='subtask',
            constraint=models.UniqueConstraint(fields=('case', 'department'), name='subtask_once_per_department'),
        ),
        migrations.AddConstraint(
            model_name='subtask',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('done_at__isnull', False)), _connector='OR'), name='subtask_ended_means_dated'),
        ),
        migrations.AddConstraint(
            model_name='tierrule',
            constraint=models.UniqueConstraint(fields=('client', 'number'), name='tier_once_per_client', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='tierrule',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 3)), name='tier_1_to_3'),
        ),
        migrations.AddConstraint(
            model_name='tierrule',
            constraint=models.CheckConstraint(condition=models.Q(('dwell_minutes__gt', 0)), name='tier_has_a_timer'),
        ),
        migrations.AddConstraint(
            model_name='tierrule',
            constraint=models.CheckConstraint(condition=models.Q(('lease_seconds__gte', 60)), name='tier_lease_a_minute_or_more'),
        ),
        migrations.AddConstraint(
            model_name='tierrule',
            constraint=models.CheckConstraint(condition=models.Q(('authority__isnull', True), ('authority__gte', 0), _connector='OR'), name='tier_authority_not_negative'),
        ),
        migrations.RunSQL(
            sql=(SQL / "tiers.sql").read_text(),
            reverse_sql=(SQL / "tiers_down.sql").read_text(),
        ),
    ]
