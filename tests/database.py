"""Emptying a database whose ledger refuses to be emptied. Only tests own a table enough to do this."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.test import TransactionTestCase

from tests.cast import make_cast

KEPT = {"django_migrations", "django_content_type", "auth_permission"}
LEDGER = ("accounts_event", "accounts_head")


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
