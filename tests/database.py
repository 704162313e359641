"""Test databases: made once, and emptied although the ledger refuses. Only tests own a table enough to do this."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

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


def keep_cast() -> None:
    """Put a copy of every row aside that the cast consists of: making it anew takes a hundred times as long."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept")
        for table in _filled(_tables()):
            cursor.execute(f"CREATE TABLE kept.{table} AS TABLE {table}")


def back_to_the_cast(test: TransactionTestCase) -> None:
    """What a test that commits leaves behind: the cast alone, just as it was made.

    Row by row, for few tables have any; emptying all of them costs a new file for each table and index.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'kept'")
        kept = {name for (name,) in cursor.fetchall()}
        filled = _filled(_tables())
        with walls_down(*LEDGER):  # walls that stand in a replica too
            # no wall, no count and no foreign key looks on: what comes back was true before
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("; ".join(f"DELETE FROM {table}" for table in filled))  # noqa: S608
            cursor.execute("; ".join(f"INSERT INTO {table} SELECT * FROM kept.{table}" for table in kept))  # noqa: S608
            cursor.execute("SET LOCAL session_replication_role = origin")


def _tables() -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(names) - KEPT)


def _filled(tables: list[str]) -> list[str]:
    """Those that have a row."""
    each = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT FROM {one})" for one in tables)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(each)
        return [name for (name,) in cursor.fetchall()]
