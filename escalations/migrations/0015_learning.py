"""What people taught: samples, datasets, models, their scores and comparisons, proposed rules; and their walls."""

from pathlib import Path
from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies: ClassVar = [
        ('accounts', '0007_lean'),
        ('escalations', '0014_handoff'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar[list[Operation]] = [
        migrations.AlterField(
            model_name='certificate',
            name='why_ended',
            field=models.CharField(blank=True, choices=[('replaced', 'A newer one took its place'), ('broken', 'Audits refuted it'), ('promise', 'The promise became stricter'), ('withdrawn', 'Withdrawn by hand'), ('model', 'Another model took over')], max_length=12),
        ),
        migrations.CreateModel(
            name='Dataset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_sample', models.BigIntegerField()),
                ('up_to', models.DateTimeField()),
                ('made', models.PositiveIntegerField()),
                ('exported', models.PositiveIntegerField()),
                ('excluded', models.PositiveIntegerField()),
                ('corrections', models.PositiveIntegerField()),
                ('corrections_exported', models.PositiveIntegerField()),
                ('reasons', models.JSONField(default=dict)),
                ('taught', models.PositiveIntegerField()),
                ('held_out', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('case_type', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.casetype')),
                ('client', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.client')),
                ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ModelVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64)),
                ('version', models.CharField(max_length=120, unique=True)),
                ('state', models.CharField(choices=[('challenger', 'Challenger'), ('champion', 'Champion'), ('retired', 'Retired'), ('refused', 'Refused')], max_length=10)),
                ('artifact_sha256', models.CharField(max_length=64)),
                ('labels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None)),
                ('texts', models.PositiveIntegerField()),
                ('taught', models.PositiveIntegerField(default=0)),
                ('trained_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('shadowed_to', models.BigIntegerField(default=0)),
                ('proposed_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('champion_since', models.DateTimeField(null=True)),
                ('because', models.CharField(blank=True, max_length=300)),
                ('dataset', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='model', to='escalations.dataset')),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.modelversion')),
                ('proposed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Comparison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trial', models.CharField(choices=[('held_out', 'Held-out cases'), ('shadow', 'Live cases, in shadow')], max_length=8)),
                ('cases', models.PositiveIntegerField()),
                ('gained', models.PositiveIntegerField()),
                ('lost', models.PositiveIntegerField()),
                ('p_value', models.FloatField()),
                ('evidence', models.FloatField()),
                ('peak', models.FloatField()),
                ('gap', models.FloatField()),
                ('low', models.FloatField()),
                ('high', models.FloatField()),
                ('promotable', models.BooleanField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('challenger', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='comparisons', to='escalations.modelversion')),
                ('champion', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.modelversion')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='RuleProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('pattern', models.JSONField()),
                ('row', models.JSONField()),
                ('wrong', models.PositiveIntegerField()),
                ('cases', models.PositiveIntegerField()),
                ('others_wrong', models.PositiveIntegerField()),
                ('others', models.PositiveIntegerField()),
                ('low', models.FloatField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('taken', 'Taken into a draft'), ('dismissed', 'Dismissed')], default='open', max_length=10)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('decided_at', models.DateTimeField(null=True)),
                ('case_type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rule_proposals', to='escalations.casetype')),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rehearsal', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.rehearsal')),
            ],
            options={
                'ordering': ['-low', '-wrong'],
            },
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('example', models.BigIntegerField(null=True, unique=True)),
                ('label', models.BigIntegerField(null=True, unique=True)),
                ('excluded', models.CharField(blank=True, choices=[('undone', 'Taken back by the person'), ('unfinished', 'Never became final'), ('overridden', 'A later decision says otherwise'), ('no_text', 'No word of the customer to learn from'), ('planted', 'A planted test of attention')], max_length=12)),
                ('category', models.CharField(blank=True, max_length=80)),
                ('source', models.CharField(blank=True, choices=[('blind', 'Read blind in an audit'), ('corrected', 'Corrected'), ('confirmed', "Confirmed, with the AI's answer on the screen")], max_length=10)),
                ('said', models.CharField(blank=True, max_length=80)),
                ('said_by', models.CharField(blank=True, max_length=120)),
                ('held_out', models.BooleanField()),
                ('corrections', models.PositiveSmallIntegerField(default=0)),
                ('content', models.JSONField(null=True)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='samples', to='escalations.case')),
                ('case_type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.casetype')),
                ('client', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.client')),
                ('decision', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sample', to='escalations.decision')),
                ('item', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sample', to='escalations.audititem')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SampleScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(max_length=80)),
                ('confidence', models.FloatField()),
                ('right', models.BooleanField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('model', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='escalations.modelversion')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='escalations.sample')),
            ],
        ),
        migrations.CreateModel(
            name='ShadowScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(max_length=80)),
                ('confidence', models.FloatField()),
                ('champion_category', models.CharField(blank=True, max_length=80)),
                ('champion_confidence', models.FloatField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shadows', to='escalations.case')),
                ('model', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='shadows', to='escalations.modelversion')),
                ('triage', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.triagerecord')),
            ],
        ),
        migrations.AddConstraint(
            model_name='dataset',
            constraint=models.CheckConstraint(condition=models.Q(('made', django.db.models.expressions.CombinedExpression(models.F('exported'), '+', models.F('excluded')))), name='dataset_loses_nothing'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.UniqueConstraint(models.Value(1), condition=models.Q(('state', 'champion')), name='one_champion'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('because', ''), _negated=True), _connector='OR'), name='model_refused_for_a_reason'),
        ),
        migrations.AddIndex(
            model_name='comparison',
            index=models.Index(fields=['challenger', 'trial', '-id'], name='comparison_of_model'),
        ),
        migrations.AddConstraint(
            model_name='ruleproposal',
            constraint=models.UniqueConstraint(fields=('case_type', 'key'), name='rule_proposed_once'),
        ),
        migrations.AddIndex(
            model_name='sample',
            index=models.Index(condition=models.Q(('category', ''), _negated=True), fields=['id'], name='sample_with_category'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', False), ('example__isnull', False), ('item__isnull', True), ('label__isnull', True)), models.Q(('decision__isnull', True), ('example__isnull', True), ('item__isnull', False), ('label__isnull', False)), _connector='OR'), name='sample_of_one_source'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', False), ('excluded', '')), models.Q(models.Q(('excluded', ''), _negated=True), ('category', ''), ('content__isnull', True)), _connector='OR'), name='sample_is_kept_or_left_out'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('category', ''), ('source', '')), models.Q(models.Q(('category', ''), _negated=True), models.Q(('source', ''), _negated=True)), _connector='OR'), name='sample_category_has_a_source'),
        ),
        migrations.AddConstraint(
            model_name='samplescore',
            constraint=models.UniqueConstraint(fields=('model', 'sample'), name='sample_scored_once'),
        ),
        migrations.AddConstraint(
            model_name='shadowscore',
            constraint=models.UniqueConstraint(fields=('model', 'triage'), name='shadow_once'),
        ),
        migrations.RunSQL((SQL / "learning.sql").read_text(), (SQL / "learning_down.sql").read_text()),
    ]
