"""Test databases: made once, and emptied although the ledger refuses. Only tests own a table enough to do this."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

from tests.cast import make_cast

THROWN_AWAY = "HANDRAIL_TEST_ENGINES"
"""Names the directory of this run's own engines (see config.local.pytest_plugin); not set on a server of others."""
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
LEDGER = ("accounts_event", "accounts_head")


def migrated_once(base: Path) -> str:
    """The name of the database that test databases are copied from: migrated by whichever worker comes first."""
    with (base / "migrated").open("a+") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        if not mark.tell():
            call_command("migrate", verbosity=0)
            mark.write("yes")
    connection.close()
    pooled: Any = connection
    pooled.close_pool()  # a template is copied only while nobody is connected to it
    return str(connection.settings_dict["NAME"])


@contextmanager
def walls_down(*tables: str) -> Iterator[None]:
    """What only a table's owner can do: switch the walls of `tables` off, and on again as they were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger "
                       "WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s)", [list(tables)])  # fmt: skip
        walls = cursor.fetchall()
        for table, name, _ in walls:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for table, name, enabled in walls:
                always = "ALWAYS " if enabled == "A" else ""
                cursor.execute(f"ALTER TABLE {table} ENABLE {always}TRIGGER {name}")


def empty_and_recast(test: TransactionTestCase) -> None:
    """What a test that commits leaves behind: an empty database with the cast made anew."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = ", ".join(sorted(set(names) - KEPT))
    with walls_down(*LEDGER), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables}")
    with transaction.atomic():
        make_cast()
