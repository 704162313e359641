"""The blind audit: plans, committed weeks, draws, items, answers, grades, labels."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid6
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='AuditAnswer',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('role', models.CharField(choices=[('first', 'First reader'), ('second', 'Second reader'), ('adjudicator', 'Adjudicator')], max_length=12)),
            ('category', models.CharField(max_length=80)),
            ('action', models.CharField(max_length=80)),
            ('disposition', models.CharField(blank=True, max_length=80)),
            ('values', models.JSONField(default=dict)),
            ('note', models.TextField(blank=True)),
            ('salt', models.BinaryField(max_length=32)),
            ('agrees', models.BooleanField()),
            ('differs_in', models.JSONField(default=list)),
            ('key', models.CharField(blank=True, max_length=80)),
            ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='escalations.audititem')),
        ],
        options={
            'ordering': ['at'],
            'constraints': [models.UniqueConstraint(fields=('item', 'role'), name='one_audit_answer_per_role'), models.UniqueConstraint(fields=('item', 'user'), name='one_audit_answer_per_reader')],
        },
    ),
    migrations.CreateModel(
        name='AuditDraw',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('arm', models.CharField(choices=[('settled', 'Settled by the AI'), ('candidate', 'Might have been settled by the AI')], max_length=10)),
            ('score', models.FloatField()),
            ('rate', models.FloatField()),
            ('risk_rate', models.FloatField(default=0.0)),
            ('probability', models.FloatField()),
            ('uniform', models.BooleanField()),
            ('risky', models.BooleanField(default=False)),
            ('model_version', models.CharField(blank=True, max_length=120)),
            ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('case', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='audit_draw', to='escalations.case')),
            ('case_type', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.casetype')),
            ('decision', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.decision')),
            ('policy', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.policyversion')),
            ('period', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='escalations.auditperiod')),
        ],
        options={
            'indexes': [models.Index(fields=['period'], name='audit_draw_of_period'), models.Index(fields=['case_type', 'at'], name='audit_draw_of_type')],
        },
    ),
    migrations.CreateModel(
        name='AuditGrade',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('rubric', models.JSONField(default=dict)),
            ('gravity', models.CharField(choices=[('none', 'No error'), ('minor', 'Minor'), ('major', 'Major'), ('critical', 'Critical')], max_length=8)),
            ('cause', models.CharField(blank=True, max_length=8)),
            ('note', models.TextField(blank=True)),
            ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('answer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='grade', to='escalations.auditanswer')),
        ],
    ),
    migrations.CreateModel(
        name='AuditItem',
        fields=[
            ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
            ('double', models.BooleanField(default=False)),
            ('state', models.CharField(choices=[('open', 'Waits for a reader'), ('second', 'Waits for a second reader'), ('disputed', 'Waits for an adjudicator'), ('done', 'Concluded')], default='open', max_length=8)),
            ('verdict', models.CharField(blank=True, choices=[('right', 'The AI was right'), ('wrong', 'The AI was wrong')], max_length=8)),
            ('lease_until', models.DateTimeField(null=True)),
            ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('done_at', models.DateTimeField(null=True)),
            ('case', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='audits', to='escalations.case')),
            ('case_type', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.casetype')),
            ('draw', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='item', to='escalations.auditdraw')),
            ('holder', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'ordering': ['created_at'],
            'indexes': [models.Index(condition=models.Q(('state', 'done'), _negated=True), fields=['state', 'created_at'], name='audit_waiting'), models.Index(condition=models.Q(('state', 'done')), fields=['-done_at'], name='audit_done')],
            'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('holder__isnull', True), ('lease_until__isnull', True)), models.Q(('holder__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='audit_held_until_some_time'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('state', 'done'), models.Q(('verdict', ''), _negated=True)), models.Q(models.Q(('state', 'done'), _negated=True), ('done_at__isnull', True), ('verdict', '')), _connector='OR'), name='audit_done_means_a_verdict')],
        },
    ),
    migrations.CreateModel(
        name='AuditPeriod',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('starts_on', models.DateField()),
            ('number', models.PositiveSmallIntegerField(default=1)),
            ('starts_at', models.DateTimeField()),
            ('ends_at', models.DateTimeField()),
            ('commitment', models.CharField(max_length=64)),
            ('sealed', models.TextField()),
            ('seed', models.CharField(blank=True, max_length=64)),
            ('committed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('revealed_at', models.DateTimeField(null=True)),
            ('client', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='audit_periods', to='accounts.client')),
            ('revealed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'ordering': ['-starts_on', 'client'],
            'constraints': [models.UniqueConstraint(fields=('client', 'starts_on', 'number'), name='audit_period_once'), models.CheckConstraint(condition=models.Q(models.Q(('revealed_at__isnull', True), ('seed', '')), models.Q(('revealed_at__isnull', False), models.Q(('seed', ''), _negated=True)), _connector='OR'), name='audit_seed_is_open_once_revealed')],
        },
    ),
    migrations.CreateModel(
        name='AuditPlan',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('rate', models.FloatField(default=0.05)),
            ('learning_rate', models.FloatField(default=0.25)),
            ('risk_rate', models.FloatField(default=0.0)),
            ('because', models.CharField(blank=True, max_length=300)),
            ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('case_type', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='audit_plan', to='escalations.casetype')),
            ('changed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('rate__gte', 0.05), ('rate__lte', 1)), models.Q(('rate__gt', 0), ('rate__lte', 1), models.Q(('because', ''), _negated=True)), _connector='OR'), name='audit_rate_of_5_percent_or_a_reason'), models.CheckConstraint(condition=models.Q(('learning_rate__gt', 0), ('learning_rate__lte', 1), ('risk_rate__gte', 0), ('risk_rate__lte', 1)), name='audit_rates_are_probabilities')],
        },
    ),
    migrations.CreateModel(
        name='AuditSkip',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('reason', models.CharField(max_length=20)),
            ('until', models.DateTimeField()),
            ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='skips', to='escalations.audititem')),
            ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
    ),
    migrations.CreateModel(
        name='BlindLabel',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('score', models.FloatField()),
            ('wrong', models.BooleanField()),
            ('probability', models.FloatField()),
            ('model_version', models.CharField(blank=True, max_length=120)),
            ('settled', models.BooleanField()),
            ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('case_type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='blind_labels', to='escalations.casetype')),
            ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='label', to='escalations.audititem')),
            ('policy', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.policyversion')),
        ],
        options={
            'ordering': ['at', 'pk'],
            'indexes': [models.Index(fields=['case_type', 'at'], name='blind_label_of_type')],
            'constraints': [models.CheckConstraint(condition=models.Q(('probability__gt', 0), ('probability__lte', 1), ('score__gte', 0), ('score__lte', 1)), name='blind_label_is_of_probabilities')],
        },
    ),
]
