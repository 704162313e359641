"""What becomes of handoffs, weekly patterns, feedback, answers given before the AI's is shown (R068, R088, R094, R099)."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid6
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='WeeklyReview',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('starts_on', models.DateField()),
            ('starts_at', models.DateTimeField()),
            ('ends_at', models.DateTimeField()),
            ('handed', models.PositiveIntegerField()),
            ('cases', models.PositiveIntegerField()),
            ('built_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('client', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.client')),
        ],
        options={
            'ordering': ['-starts_on', 'client'],
            'constraints': [models.UniqueConstraint(fields=('client', 'starts_on'), name='one_review_a_week')],
        },
    ),
    migrations.CreateModel(
        name='Pattern',
        fields=[
            ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
            ('position', models.PositiveSmallIntegerField()),
            ('key', models.CharField(max_length=64)),
            ('category', models.CharField(blank=True, max_length=80)),
            ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), default=list, size=None)),
            ('terms', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
            ('n', models.PositiveIntegerField()),
            ('action', models.CharField(blank=True, max_length=500)),
            ('state', models.CharField(choices=[('open', 'Open'), ('agreed', 'Action agreed'), ('done', 'Action done'), ('dropped', 'Nothing to do')], default='open', max_length=8)),
            ('done_at', models.DateTimeField(null=True)),
            ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('case_type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.casetype')),
            ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='patterns', to=settings.AUTH_USER_MODEL)),
            ('review', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='patterns', to='escalations.weeklyreview')),
        ],
        options={
            'ordering': ['review', 'position'],
            'indexes': [models.Index(fields=['key'], name='pattern_over_weeks')],
            'constraints': [models.UniqueConstraint(fields=('review', 'position'), name='pattern_once'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['agreed', 'done']), _negated=True), models.Q(('owner__isnull', False), models.Q(('action', ''), _negated=True)), _connector='OR'), name='agreed_means_owner_and_action'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('done_at__isnull', True)), _connector='OR'), name='done_has_a_time')],
        },
    ),
    migrations.CreateModel(
        name='Feedback',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('model_version', models.CharField(blank=True, max_length=120)),
            ('agent_version', models.CharField(blank=True, max_length=80)),
            ('score', models.PositiveSmallIntegerField()),
            ('text', models.TextField(blank=True)),
            ('salt', models.BinaryField(max_length=32)),
            ('key', models.CharField(max_length=200)),
            ('body_hash', models.CharField(max_length=64)),
            ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.aiagent')),
            ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='escalations.case')),
            ('decision', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='escalations.decision')),
            ('policy', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.policyversion')),
        ],
        options={
            'indexes': [models.Index(fields=['at'], name='feedback_when')],
            'constraints': [models.UniqueConstraint(fields=('agent', 'key'), name='feedback_once'), models.CheckConstraint(condition=models.Q(('score__gte', 1), ('score__lte', 5)), name='feedback_of_1_to_5')],
        },
    ),
    migrations.CreateModel(
        name='FirstAnswer',
        fields=[
            ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='first_answer', serialize=False, to='escalations.case')),
            ('action', models.CharField(max_length=80)),
            ('proposed', models.CharField(max_length=80)),
            ('agrees', models.BooleanField()),
            ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='first_answers', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'indexes': [models.Index(fields=['user', '-at'], name='first_answer_of')],
        },
    ),
    migrations.CreateModel(
        name='HandoffOutcome',
        fields=[
            ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='handoff_outcome', serialize=False, to='escalations.case')),
            ('tier', models.PositiveSmallIntegerField()),
            ('agent_version', models.CharField(blank=True, max_length=80)),
            ('category', models.CharField(blank=True, max_length=80)),
            ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), blank=True, default=list, size=None)),
            ('missing', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
            ('arm', models.CharField(blank=True, choices=[('shown', 'Shown'), ('hidden', 'Hidden until the person answered')], max_length=6)),
            ('handed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('version', models.BigIntegerField(default=0)),
            ('due_at', models.DateTimeField(null=True)),
            ('judged_at', models.DateTimeField(null=True)),
            ('asked_again', models.JSONField(default=list)),
            ('bounces', models.PositiveSmallIntegerField(default=0)),
            ('waited', models.FloatField(null=True)),
            ('target', models.FloatField(null=True)),
            ('closed_at', models.DateTimeField(null=True)),
            ('complete', models.BooleanField(null=True)),
            ('nothing_asked_again', models.BooleanField(null=True)),
            ('right_queue', models.BooleanField(null=True)),
            ('in_time', models.BooleanField(null=True)),
            ('not_reopened', models.BooleanField(null=True)),
            ('success', models.BooleanField(null=True)),
            ('final', models.BooleanField(default=False)),
            ('agreed', models.BooleanField(null=True)),
            ('seconds', models.FloatField(null=True)),
            ('handled', models.FloatField(null=True)),
            ('words', models.PositiveIntegerField(default=0)),
            ('agent', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.aiagent')),
            ('case_type', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.casetype')),
            ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.client')),
            ('decided_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('queue', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.queue')),
        ],
        options={
            'indexes': [models.Index(fields=['client', 'handed_at'], name='handoff_of_period'), models.Index(condition=models.Q(('final', False)), fields=['case'], name='handoff_open'), models.Index(condition=models.Q(('decided_by__isnull', False)), fields=['decided_by', '-closed_at'], name='handoff_decided'), django.contrib.postgres.indexes.GinIndex(fields=['missing'], name='handoff_missing')],
        },
    ),
    migrations.CreateModel(
        name='PatternCase',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('nearness', models.FloatField()),
            ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.case')),
            ('pattern', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='escalations.pattern')),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('pattern', 'case'), name='once_in_a_pattern')],
        },
    ),
    migrations.CreateModel(
        name='Vigilance',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('hidden_rate', models.FloatField(null=True)),
            ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('changed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('client', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='vigilance', to='accounts.client')),
            ('plant_rate', models.FloatField(db_default=0.0, default=0.0)),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(('hidden_rate__gte', 0), ('hidden_rate__lte', 0.2)), name='hidden_rate_is_low'), models.CheckConstraint(condition=models.Q(('plant_rate__gte', 0), ('plant_rate__lte', 0.02)), name='plant_rate_is_low')],
        },
    ),
]
