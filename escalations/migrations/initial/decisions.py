"""What machine and people said of a case."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import uuid6
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Handoff',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('schema', models.CharField(max_length=20)),
            ('package', models.JSONField()),
            ('completeness', models.FloatField()),
            ('missing', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='handoffs', to='escalations.case')),
        ],
        options={
            'indexes': [django.contrib.postgres.indexes.HashIndex(fields=['id'], name='handoff_by_id')],
        },
    ),
    migrations.CreateModel(
        name='Decision',
        fields=[
            ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
            ('verb', models.CharField(choices=[('approve', 'Approve'), ('correct', 'Correct'), ('override', 'Override'), ('reject', 'Reject'), ('return_to_ai', 'Return to AI'), ('escalate', 'Escalate'), ('hold', 'Hold'), ('snooze', 'Snooze'), ('request_info', 'Request info'), ('auto_resolve', 'Settled by AI')], max_length=16)),
            ('actor_kind', models.CharField(choices=[('human', 'Person'), ('ai', 'AI agent'), ('system', 'System')], max_length=10)),
            ('claim_token', models.BigIntegerField()),
            ('key', models.CharField(blank=True, max_length=80)),
            ('disposition', models.CharField(blank=True, max_length=80)),
            ('reason', models.CharField(blank=True, max_length=80)),
            ('note', models.TextField(blank=True)),
            ('reply', models.TextField(blank=True)),
            ('values', models.JSONField(default=dict)),
            ('action', models.JSONField(default=dict)),
            ('salt', models.BinaryField(max_length=32)),
            ('seen', models.JSONField(default=dict)),
            ('model_version', models.CharField(blank=True, max_length=120)),
            ('inputs_hash', models.CharField(blank=True, max_length=64)),
            ('scores', models.JSONField(default=dict)),
            ('standing', models.CharField(choices=[('pending', 'Can be undone'), ('final', 'Final'), ('undone', 'Undone')], default='pending', max_length=8)),
            ('undo_until', models.DateTimeField(null=True)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('case', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='escalations.case')),
            ('overrides', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='overridden_by', to='escalations.decision')),
            ('user', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to=settings.AUTH_USER_MODEL)),
            ('policy', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.policyversion')),
        ],
        options={
            'ordering': ['-created_at'],
            'indexes': [models.Index(condition=models.Q(('standing', 'undone'), _negated=True), fields=['user', '-created_at', 'undo_until'], name='decision_by_person')],
            'constraints': [models.UniqueConstraint(condition=models.Q(('standing', 'undone'), _negated=True), fields=('case', 'claim_token'), name='one_decision_per_claim'), models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('user', 'key'), name='decision_key_once'), models.CheckConstraint(condition=models.Q(models.Q(('actor_kind', 'human'), ('user__isnull', False), models.Q(('verb', 'auto_resolve'), _negated=True)), models.Q(('actor_kind', 'ai'), ('user__isnull', True), ('verb', 'auto_resolve')), _connector='OR'), name='ai_never_decides_for_a_person'), models.CheckConstraint(condition=models.Q(models.Q(('verb__in', ['approve', 'correct', 'override', 'reject']), _negated=True), models.Q(('disposition', ''), _negated=True), _connector='OR'), name='final_decision_has_a_disposition')],
        },
    ),
    migrations.CreateModel(
        name='Routing',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('settle', models.BooleanField()),
            ('allocation', models.CharField(choices=[('ai', 'AI'), ('hybrid', 'AI with a person'), ('human', 'Person')], max_length=8)),
            ('outcome', models.JSONField()),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='routings', to='escalations.case')),
            ('policy', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.policyversion')),
            ('triage', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.triagerecord')),
            ('path', models.JSONField(default=list)),
            ('facts', models.JSONField(default=dict)),
            ('superseded', models.BooleanField(db_default=False, default=False)),
        ],
        options={
            'indexes': [models.Index(condition=models.Q(('superseded', True)), fields=['policy'], name='routing_superseded'), django.contrib.postgres.indexes.HashIndex(fields=['id'], name='routing_by_id')],
        },
    ),
    migrations.CreateModel(
        name='TriageRecord',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('engine', models.CharField(max_length=40)),
            ('model_version', models.CharField(blank=True, max_length=120)),
            ('inputs_hash', models.CharField(blank=True, max_length=64)),
            ('result', models.JSONField(null=True)),
            ('error', models.CharField(blank=True, max_length=300)),
            ('latency_ms', models.FloatField(default=0)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='triages', to='escalations.case')),
        ],
        options={
            'indexes': [models.Index(condition=models.Q(('error', ''), _negated=True), fields=['case'], name='triage_failed'), django.contrib.postgres.indexes.HashIndex(fields=['id'], name='triage_by_id')],
        },
    ),
]
