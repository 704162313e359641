"""Autonomy: checklist, promise, proof, certificate, breaker, steps, watches."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Checklist',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('sop', models.CharField(blank=True, max_length=300)),
            ('exceptions', models.JSONField(default=list)),
            ('handling_minutes', models.FloatField(null=True)),
            ('error_percent', models.FloatField(null=True)),
            ('cases_a_week', models.PositiveIntegerField(null=True)),
            ('measured_on', models.DateField(null=True)),
            ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('case_type', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='checklist', to='escalations.casetype')),
            ('changed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
    ),
    migrations.CreateModel(
        name='Proof',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('model_version', models.CharField(max_length=120)),
            ('target', models.FloatField()),
            ('confidence', models.FloatField()),
            ('floor', models.FloatField()),
            ('planned', models.PositiveIntegerField()),
            ('grid', models.JSONField()),
            ('past', models.PositiveIntegerField()),
            ('began_at', models.DateTimeField()),
            ('ended_at', models.DateTimeField(null=True)),
            ('latest', models.JSONField(default=dict)),
            ('looked_at', models.DateTimeField(null=True)),
            ('case_type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='escalations.casetype')),
        ],
        options={
            'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('case_type',), name='one_running_proof')],
        },
    ),
    migrations.CreateModel(
        name='Certificate',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('threshold', models.FloatField()),
            ('target', models.FloatField()),
            ('confidence', models.FloatField()),
            ('bound', models.FloatField()),
            ('labels', models.PositiveIntegerField()),
            ('errors', models.PositiveIntegerField()),
            ('observed', models.FloatField()),
            ('coverage', models.FloatField()),
            ('method', models.CharField(max_length=12)),
            ('model_version', models.CharField(max_length=120)),
            ('note', models.CharField(blank=True, max_length=120)),
            ('issued_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('ended_at', models.DateTimeField(null=True)),
            ('why_ended', models.CharField(blank=True, choices=[('replaced', 'A newer one took its place'), ('broken', 'Audits refuted it'), ('promise', 'The promise became stricter'), ('withdrawn', 'Withdrawn by hand'), ('model', 'Another model took over'), ('policy', 'Another policy lets other cases through')], max_length=12)),
            ('case_type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='escalations.casetype')),
            ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('policy', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.policyversion')),
            ('proof', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='escalations.proof')),
        ],
        options={
            'ordering': ['-issued_at', '-pk'],
            'indexes': [models.Index(fields=['case_type', '-issued_at'], name='certificates_of_type')],
            'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('case_type',), name='one_standing_certificate'), models.CheckConstraint(condition=models.Q(('target__gt', 0), ('target__lt', 1), ('threshold__gte', 0), ('threshold__lte', 1)), name='certificate_of_probabilities')],
        },
    ),
    migrations.CreateModel(
        name='StepUp',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('up', 'More autonomy'), ('resume', 'Go on after a stop')], max_length=8)),
            ('level', models.CharField(choices=[('off', 'Off'), ('suggest', 'Suggest'), ('supervised', 'Supervised'), ('autonomous', 'Autonomous')], max_length=12)),
            ('reason', models.CharField(max_length=300)),
            ('state', models.CharField(choices=[('open', 'Waits for approval'), ('done', 'Approved and in force'), ('refused', 'Refused'), ('moot', 'No longer possible')], default='open', max_length=10)),
            ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('ended_at', models.DateTimeField(null=True)),
            ('why_ended', models.CharField(blank=True, max_length=300)),
            ('case_type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='escalations.casetype')),
            ('certificate', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.certificate')),
            ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('proposed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('trip', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='escalations.trip')),
        ],
        options={
            'ordering': ['-proposed_at', '-pk'],
            'indexes': [models.Index(fields=['case_type', '-proposed_at'], name='steps_of_type')],
            'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('case_type',), name='one_open_step')],
        },
    ),
    migrations.CreateModel(
        name='StepApproval',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('side', models.CharField(choices=[('ai', 'AI'), ('ops', 'Operations')], max_length=3)),
            ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('step', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='escalations.stepup')),
        ],
        options={
            'ordering': ['at'],
            'constraints': [models.UniqueConstraint(fields=('step', 'side'), name='one_approval_a_side'), models.UniqueConstraint(fields=('step', 'by'), name='two_sides_two_people')],
        },
    ),
    migrations.CreateModel(
        name='Trip',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('code', models.CharField(choices=[('stopped', 'Stopped by hand'), ('promise', 'The promised error rate is broken'), ('audits', 'Audits find more errors than before'), ('overrides', 'People correct the AI more often'), ('mix', 'Other cases come than before'), ('scores', 'The AI is sure in another way than before'), ('fields', 'Cases come in another format'), ('policy', 'The AI works under an outdated policy')], max_length=12)),
            ('words', models.CharField(max_length=400)),
            ('figures', models.JSONField(default=dict)),
            ('labels', models.BooleanField(default=False)),
            ('resumed_at', models.DateTimeField(null=True)),
            ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('case_type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='trips', to='escalations.casetype')),
            ('example', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.case')),
        ],
        options={
            'ordering': ['-at', '-pk'],
            'indexes': [models.Index(fields=['case_type', '-at'], name='trips_of_type')],
            'constraints': [models.UniqueConstraint(condition=models.Q(('resumed_at__isnull', True)), fields=('case_type',), name='one_open_trip')],
        },
    ),
    migrations.CreateModel(
        name='Breaker',
        fields=[
            ('case_type', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='breaker', serialize=False, to='escalations.casetype')),
            ('state', models.CharField(choices=[('closed', 'Closed'), ('tripped', 'Tripped')], default='closed', max_length=8)),
            ('trip', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.trip')),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), ('trip__isnull', True)), models.Q(('state', 'tripped'), ('trip__isnull', False)), _connector='OR'), name='tripped_has_a_reason')],
        },
    ),
    migrations.CreateModel(
        name='Watch',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('detector', models.CharField(max_length=12)),
            ('state', models.JSONField(default=dict)),
            ('cursor', models.JSONField(default=dict)),
            ('alarm', models.JSONField(default=dict)),
            ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('case_type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='watches', to='escalations.casetype')),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('case_type', 'detector'), name='one_watch_of_a_kind')],
        },
    ),
    migrations.CreateModel(
        name='Promise',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('target', models.FloatField(default=0.02)),
            ('confidence', models.FloatField(default=0.95)),
            ('on_drift', models.CharField(choices=[('trip', 'Stop the AI'), ('audit', 'Audit more, widen nothing')], default='trip', max_length=8)),
            ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('case_type', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='promise', to='escalations.casetype')),
            ('changed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(('confidence__gte', 0.8), ('confidence__lte', 0.999), ('target__gte', 0.001), ('target__lte', 0.2)), name='promise_is_one')],
        },
    ),
]
