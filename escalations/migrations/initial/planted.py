"""Planted cases (R094)."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Plant',
        fields=[
            ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='plant', serialize=False, to='escalations.case')),
            ('where', models.CharField(choices=[('action', 'What it proposes to do'), ('field', 'A value that it read'), ('category', 'What it takes the case for')], max_length=8)),
            ('name', models.CharField(blank=True, max_length=80)),
            ('shown', models.CharField(max_length=2000)),
            ('right', models.CharField(max_length=2000)),
            ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('withdraw_at', models.DateTimeField()),
            ('outcome', models.CharField(choices=[('open', 'Not decided yet'), ('caught', 'Caught'), ('missed', 'Missed'), ('passed', 'Passed on'), ('void', 'Not counted: they knew the case'), ('withdrawn', 'Withdrawn')], db_default='open', default='open', max_length=9)),
            ('verb', models.CharField(blank=True, choices=[('approve', 'Approve'), ('correct', 'Correct'), ('override', 'Override'), ('reject', 'Reject'), ('return_to_ai', 'Return to AI'), ('escalate', 'Escalate'), ('hold', 'Hold'), ('snooze', 'Snooze'), ('request_info', 'Request info'), ('auto_resolve', 'Settled by AI')], db_default='', max_length=16)),
            ('told_at', models.DateTimeField(null=True)),
            ('seen_at', models.DateTimeField(null=True)),
            ('client', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.client')),
            ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plants', to=settings.AUTH_USER_MODEL)),
            ('original', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plants', to='escalations.case')),
            ('queue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.queue')),
        ],
        options={
            'ordering': ['-made_at'],
            'indexes': [models.Index(fields=['client', 'queue', '-made_at'], name='plant_of_place'), models.Index(condition=models.Q(('decided_by__isnull', False)), fields=['decided_by', '-told_at'], name='plant_of_person')],
            'constraints': [models.CheckConstraint(condition=models.Q(('shown', models.F('right')), _negated=True), name='plant_is_wrong'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', True), ('outcome__in', ['open', 'withdrawn']), ('told_at__isnull', True)), models.Q(models.Q(('outcome__in', ['open', 'withdrawn']), _negated=True), ('decided_by__isnull', False), ('told_at__isnull', False)), _connector='OR'), name='plant_decided_means_told'), models.UniqueConstraint(condition=models.Q(('outcome', 'open')), fields=('client', 'queue'), name='one_open_plant')],
        },
    ),
]
