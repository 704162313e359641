"""What waits and what is held, in narrow tables of their own; how many wait."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Backlog',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('severity', models.PositiveSmallIntegerField()),
            ('n', models.IntegerField()),
            ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.client')),
            ('queue', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.queue')),
            ('case_type', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.casetype')),
            ('state', models.CharField(max_length=16)),
            ('tier', models.PositiveSmallIntegerField()),
            ('senior_only', models.BooleanField()),
        ],
    ),
    migrations.CreateModel(
        name='Hold',
        fields=[
            ('case', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='hold', serialize=False, to='escalations.case')),
            ('holder', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('holder', 'case'), name='hold_once')],
        },
    ),
    migrations.CreateModel(
        name='Waiting',
        fields=[
            ('case', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='waiting', serialize=False, to='escalations.case')),
            ('ref', models.CharField(max_length=24)),
            ('subject', models.CharField(blank=True, max_length=300)),
            ('version', models.BigIntegerField()),
            ('confidence', models.FloatField(null=True)),
            ('threshold', models.FloatField(null=True)),
            ('tier', models.PositiveSmallIntegerField()),
            ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'High'), (3, 'Normal'), (4, 'Low')])),
            ('senior_only', models.BooleanField()),
            ('risk', models.CharField(blank=True, choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High')], max_length=8)),
            ('need', models.IntegerField()),
            ('unroutable_since', models.DateTimeField(null=True)),
            ('category', models.CharField(blank=True, max_length=80)),
            ('reason_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), blank=True, size=None)),
            ('due_at', models.DateTimeField(null=True)),
            ('rank_at', models.DateTimeField()),
            ('created_at', models.DateTimeField()),
            ('reserved_until', models.DateTimeField(null=True)),
            ('case_type', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='escalations.casetype')),
            ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.client')),
            ('queue', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='escalations.queue')),
            ('triage', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='escalations.triagerecord')),
            ('reserved_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'indexes': [models.Index(models.F('queue'), models.F('client'), models.F('tier'), models.ExpressionWrapper(models.Q(('senior_only', True), ('risk', 'high'), _connector='OR'), output_field=models.BooleanField()), models.F('rank_at'), models.F('case'), models.F('need'), name='waiting_working_order'), models.Index(models.F('tier'), models.ExpressionWrapper(models.Q(('senior_only', True), ('risk', 'high'), _connector='OR'), output_field=models.BooleanField()), models.F('rank_at'), models.F('case'), models.F('need'), name='waiting_order_everywhere'), models.Index(models.F('rank_at'), models.F('case'), models.F('need'), name='waiting_order'), models.Index(condition=models.Q(('severity', 1)), fields=['rank_at'], name='waiting_critical'), models.Index(fields=['due_at', 'case'], include=('created_at', 'client', 'queue', 'case_type', 'tier', 'severity', 'senior_only'), name='waiting_by_due'), models.Index(fields=['case_type', 'created_at'], name='waiting_oldest_of_type'), models.Index(condition=models.Q(('version__gte', 9)), fields=['-version'], name='waiting_bounced'), django.contrib.postgres.indexes.GinIndex(fields=['reason_codes'], name='waiting_by_reason')],
        },
    ),
]
