"""What `migrate` must know before it begins."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@register(Tags.database)
def nothing_half_migrated(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Asked by every `migrate`, before it looks for something to do."""
    return [
        Error(
            f"This database has only some of the migrations in whose place {name} came.",
            hint="Migrate it with the last commit that has them, then with this one; a demo: make demo RESET=1.",
            id="config.E001",
        )
        for alias in databases or ()
        for name in half_migrated(connections[alias])
    ]


def half_migrated(connection: BaseDatabaseWrapper) -> list[str]:
    """Migrations of ours that can neither run there nor count as done, as `app.name`.

    One that replaces others is left out by Django where only some of those ran, with all that need it: nothing would
    be left to do, and the database said to be complete.
    """
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    done = set(MigrationRecorder(connection).applied_migrations())
    return [
        f"{app}.{name}"
        for (app, name), migration in loader.disk_migrations.items()
        if (app, name) not in done and set(migration.replaces) & done and set(migration.replaces) - done
    ]
