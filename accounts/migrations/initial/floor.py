"""Teams, skills, presence, shifts, time off."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Presence',
        fields=[
            ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='presence_row', serialize=False, to=settings.AUTH_USER_MODEL)),
            ('state', models.CharField(choices=[('available', 'Available'), ('busy', 'Busy'), ('wrap_up', 'Wrap-up'), ('away', 'Away'), ('training', 'Training'), ('offline', 'Offline')], default='offline', max_length=10)),
            ('since', models.DateTimeField()),
            ('last_seen', models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name='Skill',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('slug', models.SlugField(max_length=40, unique=True)),
            ('name', models.CharField(max_length=80)),
            ('about', models.CharField(blank=True, max_length=200)),
        ],
        options={
            'ordering': ['name'],
        },
    ),
    migrations.CreateModel(
        name='Membership',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='accounts.team')),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('team', 'user'), name='member_once')],
        },
    ),
    migrations.CreateModel(
        name='Team',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('slug', models.SlugField(max_length=40, unique=True)),
            ('name', models.CharField(max_length=80)),
            ('client', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='accounts.client')),
            ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='led_teams', to=settings.AUTH_USER_MODEL)),
            ('members', models.ManyToManyField(related_name='teams', through='accounts.Membership', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'ordering': ['name'],
        },
    ),
    migrations.CreateModel(
        name='TimeOff',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('begins', models.DateTimeField()),
            ('ends', models.DateTimeField()),
            ('reason', models.CharField(choices=[('leave', 'Leave'), ('sick', 'Sick'), ('holiday', 'Public holiday'), ('course', 'Course'), ('other', 'Other')], default='leave', max_length=12)),
            ('delegate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stands_in', to=settings.AUTH_USER_MODEL)),
            ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='time_off', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'ordering': ['begins'],
            'constraints': [models.CheckConstraint(condition=models.Q(('ends__gt', models.F('begins'))), name='time_off_lasts'), models.CheckConstraint(condition=models.Q(('delegate', models.F('user')), _negated=True), name='nobody_stands_in_for_themselves')],
        },
    ),
    migrations.CreateModel(
        name='Shift',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('weekday', models.PositiveSmallIntegerField()),
            ('starts', models.TimeField()),
            ('ends', models.TimeField()),
            ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'ordering': ['weekday', 'starts'],
            'constraints': [models.UniqueConstraint(fields=('user', 'weekday', 'starts'), name='shift_begins_once'), models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='shift_on_a_weekday'), models.CheckConstraint(condition=models.Q(('starts', models.F('ends')), _negated=True), name='shift_lasts')],
        },
    ),
    migrations.CreateModel(
        name='Proficiency',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('level', models.PositiveSmallIntegerField(choices=[(1, 'Learning'), (2, 'Able'), (3, 'Experienced')], default=2)),
            ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proficiencies', to=settings.AUTH_USER_MODEL)),
            ('skill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proficiencies', to='accounts.skill')),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('user', 'skill'), name='one_level_per_skill'), models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 3)), name='proficiency_level_1_to_3')],
        },
    ),
]
