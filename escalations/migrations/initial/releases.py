"""Policy as a release: drafts, approvals by two, rehearsals, what agents have read, rules to look at."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='PolicyDraft',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('title', models.CharField(max_length=120)),
            ('document', models.JSONField()),
            ('digest', models.CharField(max_length=64)),
            ('author_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('edits', models.PositiveIntegerField(default=1)),
            ('publish_at', models.DateTimeField(blank=True, null=True)),
            ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('changed_at', models.DateTimeField()),
            ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='escalations.policyversion')),
            ('version', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='escalations.policyversion')),
        ],
        options={
            'ordering': ['-changed_at'],
            'constraints': [models.CheckConstraint(condition=models.Q(('version__isnull', True), ('withdrawn_at__isnull', True), _connector='OR'), name='withdrawn_drafts_stay_drafts')],
        },
    ),
    migrations.CreateModel(
        name='Approval',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('digest', models.CharField(max_length=64)),
            ('side', models.CharField(choices=[('ai', 'AI owner'), ('ops', 'Operations owner')], max_length=3)),
            ('refused', models.BooleanField(default=False)),
            ('note', models.CharField(blank=True, max_length=300)),
            ('at', models.DateTimeField(auto_now_add=True)),
            ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.policyversion')),
            ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='escalations.policydraft')),
        ],
        options={
            'ordering': ['at'],
            'constraints': [models.UniqueConstraint(condition=models.Q(('refused', False)), fields=('draft', 'digest', 'base', 'side'), name='one_policy_approval_a_side'), models.UniqueConstraint(fields=('draft', 'digest', 'base', 'by'), name='one_word_a_person')],
        },
    ),
    migrations.CreateModel(
        name='Rehearsal',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('document', models.JSONField()),
            ('digest', models.CharField(max_length=64)),
            ('since', models.DateTimeField()),
            ('until', models.DateTimeField()),
            ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('cancelled', 'Cancelled'), ('failed', 'Stopped by an error')], default='running', max_length=10)),
            ('cases', models.PositiveIntegerField(null=True)),
            ('results', models.JSONField(default=dict)),
            ('error', models.CharField(blank=True, max_length=200)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('finished_at', models.DateTimeField(null=True)),
            ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.policyversion')),
            ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('case_type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.casetype')),
            ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.client')),
            ('draft', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='rehearsals', to='escalations.policydraft')),
        ],
        options={
            'ordering': ['-created_at'],
            'constraints': [models.CheckConstraint(condition=models.Q(('since__lt', models.F('until'))), name='rehearsal_window_has_length'), models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('draft',), name='one_rehearsal_at_a_time')],
        },
    ),
    migrations.CreateModel(
        name='RehearsalChunk',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('number', models.PositiveIntegerField()),
            ('first', models.UUIDField()),
            ('last', models.UUIDField()),
            ('cases', models.PositiveIntegerField()),
            ('results', models.JSONField(null=True)),
            ('rehearsal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='escalations.rehearsal')),
        ],
        options={
            'indexes': [models.Index(condition=models.Q(('results__isnull', True)), fields=['rehearsal', 'number'], name='chunk_to_do')],
            'constraints': [models.UniqueConstraint(fields=('rehearsal', 'number'), name='chunk_number')],
        },
    ),
    migrations.CreateModel(
        name='RehearsedMove',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('escalated', 'Would go to a person'), ('settled', 'Would be settled by the AI'), ('moved', 'Would go elsewhere')], max_length=10)),
            ('old', models.JSONField()),
            ('new', models.JSONField()),
            ('outcome', models.CharField(blank=True, max_length=16)),
            ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.case')),
            ('rehearsal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='escalations.rehearsal')),
        ],
        options={
            'indexes': [models.Index(fields=['rehearsal', 'kind', 'case'], name='moves_by_kind')],
            'constraints': [models.UniqueConstraint(fields=('rehearsal', 'case'), name='a_case_moves_once')],
        },
    ),
    migrations.CreateModel(
        name='RuleReview',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('row', models.CharField(max_length=80)),
            ('measure', models.CharField(choices=[('repeats', 'Repeated escalations'), ('satisfaction', 'Customer satisfaction')], max_length=12)),
            ('figures', models.JSONField()),
            ('opened_at', models.DateTimeField(auto_now_add=True)),
            ('closed_at', models.DateTimeField(null=True)),
            ('finding', models.CharField(blank=True, max_length=300)),
            ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='escalations.policyversion')),
        ],
        options={
            'ordering': ['-opened_at'],
            'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('row', 'measure'), name='one_open_review_a_rule')],
        },
    ),
    migrations.CreateModel(
        name='Acknowledgement',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('via', models.CharField(choices=[('api', 'said so'), ('handoff', 'worked under it')], max_length=8)),
            ('at', models.DateTimeField(auto_now_add=True)),
            ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='acknowledgements', to='accounts.aiagent')),
            ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='escalations.policyversion')),
        ],
        options={
            'ordering': ['-at'],
            'constraints': [models.UniqueConstraint(fields=('agent', 'version'), name='acknowledged_once')],
        },
    ),
]
