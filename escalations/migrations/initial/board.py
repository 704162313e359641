"""Roll-ups of past hours and days, and what the board counts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='TierDay',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.client')),
            ('queue', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.queue')),
            ('tier', models.PositiveSmallIntegerField()),
            ('day', models.DateField()),
            ('n', models.PositiveIntegerField()),
            ('took', models.JSONField()),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('day', 'client', 'queue', 'tier'), name='one_row_a_tier_and_day')],
        },
    ),
    migrations.CreateModel(
        name='PersonHour',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.client')),
            ('queue', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.queue')),
            ('tier', models.PositiveSmallIntegerField()),
            ('hour', models.DateTimeField()),
            ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('n', models.PositiveIntegerField()),
            ('kept', models.PositiveIntegerField()),
            ('worked', models.JSONField()),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('hour', 'client', 'queue', 'tier', 'user'), name='one_row_a_person_and_hour')],
        },
    ),
    migrations.CreateModel(
        name='ArrivalHour',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.client')),
            ('queue', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.queue')),
            ('tier', models.PositiveSmallIntegerField()),
            ('hour', models.DateTimeField()),
            ('severity', models.PositiveSmallIntegerField()),
            ('n', models.PositiveIntegerField()),
            ('minutes', models.FloatField()),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('hour', 'client', 'queue', 'tier', 'severity'), name='one_row_an_arrival_hour')],
        },
    ),
    migrations.CreateModel(
        name='AgeCount',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.client')),
            ('queue', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.queue')),
            ('tier', models.PositiveSmallIntegerField()),
            ('senior_only', models.BooleanField()),
            ('band', models.CharField(max_length=8)),
            ('n', models.PositiveIntegerField()),
            ('counted_at', models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name='Cluster',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.client')),
            ('queue', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.queue')),
            ('tier', models.PositiveSmallIntegerField()),
            ('senior_only', models.BooleanField()),
            ('category', models.CharField(max_length=80)),
            ('reason', models.CharField(max_length=24)),
            ('n', models.PositiveIntegerField()),
            ('risky', models.PositiveIntegerField()),
            ('first_seen', models.DateTimeField()),
            ('counted_at', models.DateTimeField()),
        ],
    ),
]
