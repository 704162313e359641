"""People, AI agents, what each may do and might in the past."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Client',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('slug', models.SlugField(unique=True)),
            ('name', models.CharField(max_length=120)),
            ('prefix', models.CharField(max_length=6, unique=True)),
            ('timezone', models.CharField(default='UTC', max_length=64)),
            ('weight', models.PositiveSmallIntegerField(default=1)),
            ('is_active', models.BooleanField(default=True)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
        ],
        options={
            'ordering': ['name'],
        },
    ),
    migrations.CreateModel(
        name='Role',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('slug', models.SlugField(unique=True)),
            ('name', models.CharField(max_length=80)),
            ('description', models.CharField(blank=True, max_length=300)),
            ('capabilities', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
            ('max_tier', models.PositiveSmallIntegerField(default=1)),
            ('built_in', models.BooleanField(default=False)),
            ('cells', models.JSONField(blank=True, default=dict)),
            ('version', models.PositiveIntegerField(default=1)),
        ],
        options={
            'ordering': ['name'],
        },
    ),
    migrations.CreateModel(
        name='User',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('password', models.CharField(max_length=128, verbose_name='password')),
            ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
            ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
            ('email', models.EmailField(max_length=254, unique=True)),
            ('name', models.CharField(max_length=120)),
            ('timezone', models.CharField(default='UTC', max_length=64)),
            ('preferences', models.JSONField(blank=True, default=dict)),
            ('is_active', models.BooleanField(default=True)),
            ('is_staff', models.BooleanField(default=False)),
            ('on_break_since', models.DateTimeField(blank=True, null=True)),
            ('date_joined', models.DateTimeField(auto_now_add=True)),
            ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
            ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ('capacity', models.PositiveSmallIntegerField(blank=True, null=True)),
            ('presence', models.CharField(choices=[('available', 'Available'), ('busy', 'Busy'), ('wrap_up', 'Wrap-up'), ('away', 'Away'), ('training', 'Training'), ('offline', 'Offline')], default='offline', editable=False, max_length=10)),
            ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=44), blank=True, default=list, editable=False, size=None)),
            ('offers_open', models.PositiveSmallIntegerField(default=0, editable=False)),
            ('plants_told', models.PositiveSmallIntegerField(default=0, editable=False)),
        ],
        options={
            'ordering': ['name'],
            'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_any_case')],
        },
    ),
    migrations.CreateModel(
        name='AIAgent',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('name', models.SlugField(max_length=80)),
            ('purpose', models.CharField(blank=True, max_length=300)),
            ('version', models.CharField(blank=True, max_length=80)),
            ('tools', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None)),
            ('case_types', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, default=list, size=None)),
            ('suspended_at', models.DateTimeField(blank=True, null=True)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owned_agents', to=settings.AUTH_USER_MODEL)),
            ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agents', to='accounts.client')),
        ],
        options={
            'ordering': ['name'],
            'constraints': [models.UniqueConstraint(fields=('client', 'name'), name='agent_name_once_per_client')],
        },
    ),
    migrations.CreateModel(
        name='AgentToken',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('key_id', models.CharField(max_length=16, unique=True)),
            ('digest', models.BinaryField(max_length=32)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('expires_at', models.DateTimeField()),
            ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ('last_used_at', models.DateTimeField(blank=True, null=True)),
            ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='accounts.aiagent')),
        ],
        options={
            'ordering': ['-created_at'],
        },
    ),
    migrations.CreateModel(
        name='Grant',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('queues', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, default=list, size=None)),
            ('max_tier', models.PositiveSmallIntegerField(blank=True, null=True)),
            ('valid_from', models.DateTimeField()),
            ('valid_to', models.DateTimeField(blank=True, null=True)),
            ('agent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='grants', to='accounts.aiagent')),
            ('client', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='accounts.client')),
            ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='grants', to=settings.AUTH_USER_MODEL)),
            ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='accounts.role')),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('agent__isnull', True), ('user__isnull', False)), models.Q(('agent__isnull', False), ('user__isnull', True)), _connector='OR'), name='grant_to_one_person_or_one_agent')],
        },
    ),
    migrations.CreateModel(
        name='RoleVersion',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('number', models.PositiveIntegerField()),
            ('capabilities', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
            ('cells', models.JSONField(blank=True, default=dict)),
            ('max_tier', models.PositiveSmallIntegerField()),
            ('valid_from', models.DateTimeField()),
            ('valid_to', models.DateTimeField(blank=True, null=True)),
            ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='accounts.role')),
        ],
        options={
            'ordering': ['role', '-number'],
            'constraints': [models.UniqueConstraint(fields=('role', 'number'), name='role_version_once'), models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('role',), name='one_role_version_in_force')],
        },
    ),
]
