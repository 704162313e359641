"""Cases held out to a person."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Offer',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('pushed', 'Offered'), ('assigned', 'Assigned')], max_length=8)),
            ('at', models.DateTimeField()),
            ('expires_at', models.DateTimeField()),
            ('outcome', models.CharField(blank=True, choices=[('taken', 'Taken'), ('lapsed', 'Ran out'), ('moot', 'No longer needed')], default='', max_length=8)),
            ('ended_at', models.DateTimeField(null=True)),
            ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='escalations.case')),
            ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='offers', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'ordering': ['-at'],
            'constraints': [models.UniqueConstraint(condition=models.Q(('outcome', '')), fields=('case',), name='one_open_offer_per_case'), models.UniqueConstraint(condition=models.Q(('kind', 'pushed'), ('outcome', '')), fields=('user',), name='one_push_per_person')],
            'indexes': [models.Index(condition=models.Q(('outcome', '')), fields=['user'], name='offer_open'), models.Index(fields=['case', 'ended_at'], name='offer_of_case')],
        },
    ),
]
