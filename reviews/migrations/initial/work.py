"""Drafts, skips, corrections, training examples, flags."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='TrainingExample',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ai_output', models.JSONField()),
            ('human_output', models.JSONField()),
            ('agrees', models.BooleanField()),
            ('shown', models.BooleanField(default=True)),
            ('probability', models.FloatField(default=1.0)),
            ('model_version', models.CharField(blank=True, max_length=120)),
            ('agent_version', models.CharField(blank=True, max_length=80)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('case', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='examples', to='escalations.case')),
            ('decision', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='example', to='escalations.decision')),
            ('policy', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.policyversion')),
        ],
    ),
    migrations.CreateModel(
        name='Correction',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('field', models.CharField(max_length=80)),
            ('before', models.CharField(blank=True, max_length=2000)),
            ('after', models.CharField(blank=True, max_length=2000)),
            ('error_type', models.CharField(choices=[('wrong_category', 'Wrong category'), ('wrong_value', 'Wrong value'), ('missing_value', 'Missing value'), ('invented_value', 'Invented value'), ('wrong_action', 'Wrong action'), ('wrong_recipient', 'Wrong recipient'), ('policy_misapplied', 'Policy misapplied'), ('outdated_rule', 'Outdated rule'), ('tone', 'Tone'), ('incomplete', 'Incomplete'), ('wrong_tier', 'Wrong tier'), ('other', 'Other')], max_length=20)),
            ('confidence', models.FloatField(null=True)),
            ('decision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='escalations.decision')),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('decision', 'field'), name='one_correction_per_field'), models.CheckConstraint(condition=models.Q(('before', models.F('after')), _negated=True), name='a_correction_changes_something')],
        },
    ),
    migrations.CreateModel(
        name='Draft',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('body', models.JSONField(default=dict)),
            ('updated_at', models.DateTimeField(auto_now=True)),
            ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='escalations.case')),
            ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('case', 'user'), name='one_draft_per_person')],
        },
    ),
    migrations.CreateModel(
        name='Skip',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('reason', models.CharField(max_length=200)),
            ('until', models.DateTimeField()),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skips', to='escalations.case')),
            ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skips', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'indexes': [models.Index(fields=['user', 'until'], name='skip_in_force')],
        },
    ),
    migrations.CreateModel(
        name='Flag',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('reason', models.CharField(max_length=300)),
            ('salt', models.BinaryField(max_length=32)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='escalations.case')),
            ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='flags', to=settings.AUTH_USER_MODEL)),
        ],
    ),
]
