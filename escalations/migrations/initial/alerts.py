"""Alerts, subscriptions, endpoints, deliveries."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid6
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Watermark',
        fields=[
            ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
            ('until', models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name='Alert',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(max_length=20)),
            ('key', models.CharField(max_length=160)),
            ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'High'), (3, 'Normal'), (4, 'Low')], default=3)),
            ('people', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
            ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), default=list, size=None)),
            ('data', models.JSONField(default=dict)),
            ('count', models.PositiveIntegerField(default=1)),
            ('level', models.PositiveSmallIntegerField(default=0)),
            ('raised_at', models.DateTimeField()),
            ('last_at', models.DateTimeField()),
            ('notify_at', models.DateTimeField(null=True)),
            ('escalate_at', models.DateTimeField(null=True)),
            ('acknowledged_at', models.DateTimeField(null=True)),
            ('ended_at', models.DateTimeField(null=True)),
            ('end_reason', models.CharField(blank=True, max_length=40)),
            ('acknowledged_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('case', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='escalations.case')),
            ('client', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.client')),
            ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('queue', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.queue')),
        ],
        options={
            'ordering': ['-raised_at'],
            'indexes': [models.Index(condition=models.Q(('notify_at__isnull', False)), fields=['notify_at'], name='alert_notify'), models.Index(condition=models.Q(('escalate_at__isnull', False)), fields=['escalate_at'], name='alert_escalate'), models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['case'], name='alert_open_of_case'), models.Index(fields=['-raised_at'], name='alert_newest'), models.Index(fields=['kind', 'key', '-ended_at'], name='alert_last_ended')],
            'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('kind', 'key'), name='one_open_alert')],
        },
    ),
    migrations.CreateModel(
        name='CountBucket',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('starts_at', models.DateTimeField()),
            ('total', models.PositiveIntegerField(default=0)),
            ('complaints', models.PositiveIntegerField(default=0)),
            ('case_type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='escalations.casetype')),
            ('client', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.client')),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('case_type', 'starts_at'), name='bucket_once')],
        },
    ),
    migrations.CreateModel(
        name='Endpoint',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('name', models.CharField(max_length=80, unique=True)),
            ('kind', models.CharField(choices=[('webhook', 'Webhook'), ('chat', 'Chat'), ('email', 'Mailing list')], max_length=8)),
            ('address', models.CharField(max_length=500)),
            ('sealed', models.TextField(blank=True)),
            ('per_minute', models.PositiveSmallIntegerField(default=12)),
            ('is_active', models.BooleanField(default=True)),
            ('failures', models.PositiveIntegerField(default=0)),
            ('paused_until', models.DateTimeField(null=True)),
            ('succeeded_at', models.DateTimeField(null=True)),
            ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'ordering': ['name'],
        },
    ),
    migrations.CreateModel(
        name='Delivery',
        fields=[
            ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
            ('level', models.PositiveSmallIntegerField(default=0)),
            ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'High'), (3, 'Normal'), (4, 'Low')], default=3)),
            ('via', models.CharField(choices=[('in_app', 'In the app'), ('email', 'E-mail'), ('chat', 'Chat'), ('webhook', 'Webhook')], max_length=8)),
            ('state', models.CharField(choices=[('ready', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Delivered'), ('dead', 'Given up')], default='ready', max_length=8)),
            ('next_at', models.DateTimeField()),
            ('message', models.UUIDField(null=True)),
            ('lead', models.BooleanField(default=True)),
            ('token', models.BigIntegerField(default=0)),
            ('attempts', models.PositiveSmallIntegerField(default=0)),
            ('log', models.JSONField(default=list)),
            ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('sent_at', models.DateTimeField(null=True)),
            ('alert', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='escalations.alert')),
            ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('endpoint', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='escalations.endpoint')),
        ],
        options={
            'ordering': ['-created_at'],
            'indexes': [models.Index(condition=models.Q(('lead', True), ('state__in', ['ready', 'sending'])), fields=['severity', 'next_at'], name='delivery_due'), models.Index(condition=models.Q(('message__isnull', False)), fields=['message'], name='delivery_message'), models.Index(condition=models.Q(('sent_at__isnull', False)), fields=['user', '-sent_at'], name='delivery_to_user'), models.Index(condition=models.Q(('sent_at__isnull', False)), fields=['endpoint', '-sent_at'], name='delivery_to_endpoint'), models.Index(fields=['-created_at'], name='delivery_newest')],
            'constraints': [models.UniqueConstraint(condition=models.Q(('alert__isnull', False)), fields=('alert', 'level', 'via', 'user', 'endpoint'), name='delivery_once', nulls_distinct=False)],
        },
    ),
    migrations.CreateModel(
        name='Notice',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('level', models.PositiveSmallIntegerField(default=0)),
            ('at', models.DateTimeField()),
            ('read_at', models.DateTimeField(null=True)),
            ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='escalations.alert')),
            ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'ordering': ['-at'],
            'indexes': [models.Index(fields=['user', '-at'], name='notice_newest'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='notice_unread')],
            'constraints': [models.UniqueConstraint(fields=('alert', 'user', 'level'), name='one_notice_per_level')],
        },
    ),
    migrations.CreateModel(
        name='QuietHours',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('starts', models.TimeField(null=True)),
            ('ends', models.TimeField(null=True)),
            ('digest_minutes', models.PositiveSmallIntegerField(default=0)),
            ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='quiet_hours', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ends__isnull', True), ('starts__isnull', True)), models.Q(('ends__isnull', False), ('starts__isnull', False), models.Q(('starts', models.F('ends')), _negated=True)), _connector='OR'), name='quiet_hours_have_both_ends')],
        },
    ),
    migrations.CreateModel(
        name='Subscription',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('role', models.SlugField(blank=True)),
            ('kind', models.CharField(blank=True, max_length=20)),
            ('via', models.CharField(choices=[('in_app', 'In the app'), ('email', 'E-mail'), ('chat', 'Chat'), ('webhook', 'Webhook')], max_length=8)),
            ('least', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'High'), (3, 'Normal'), (4, 'Low')], default=4)),
            ('wanted', models.BooleanField(default=True)),
            ('client', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.client')),
            ('endpoint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='escalations.endpoint')),
            ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('user', 'role', 'kind', 'via', 'endpoint', 'client'), name='subscription_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('endpoint__isnull', True), ('role', ''), ('user__isnull', False), ('via__in', ['in_app', 'email'])), models.Q(('endpoint__isnull', True), ('user__isnull', True), ('via__in', ['in_app', 'email']), models.Q(('role', ''), _negated=True)), models.Q(('endpoint__isnull', False), ('role', ''), ('user__isnull', True)), _connector='OR'), name='subscription_of_a_person_a_role_or_an_endpoint')],
        },
    ),
]
