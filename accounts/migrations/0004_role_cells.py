"""Roles whose cells hold scopes, and what each role allowed in the past."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models import Q

FIRST = """
INSERT INTO accounts_roleversion (role_id, number, capabilities, cells, max_tier, valid_from)
SELECT r.id, 1, r.capabilities, '{}', r.max_tier,
       coalesce((SELECT min(g.valid_from) FROM accounts_grant g WHERE g.role_id = r.id), now())
FROM accounts_role r
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0003_floor")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField("role", "cells", models.JSONField(blank=True, default=dict)),
        migrations.AddField("role", "version", models.PositiveIntegerField(default=1)),
        migrations.CreateModel(
            name="RoleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "capabilities",
                    django.contrib.postgres.fields.ArrayField(
                        models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("cells", models.JSONField(blank=True, default=dict)),
                ("max_tier", models.PositiveSmallIntegerField()),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="accounts.role",
                    ),
                ),
            ],
            options={"ordering": ["role", "-number"]},
        ),
        migrations.AddConstraint(
            "roleversion", models.UniqueConstraint(fields=("role", "number"), name="role_version_once")
        ),
        migrations.AddConstraint(
            "roleversion",
            models.UniqueConstraint(
                condition=Q(valid_to__isnull=True), fields=("role",), name="one_role_version_in_force"
            ),
        ),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
    ]
