"""Migrations that came in place of others: a database that has only some of those is never taken for complete."""

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from config import health
from config.checks import half_migrated

APPS = ("accounts", "escalations", "reviews")


def replacing() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Which migration of ours came in place of which."""
    found = MigrationLoader(None).replacements.items()
    return {key: list(migration.replaces) for key, migration in found if key[0] in APPS}


def forget(*names: tuple[str, str]) -> None:
    for app, name in names:
        MigrationRecorder(connection).record_unapplied(app, name)


@pytest.mark.django_db
def test_a_database_that_had_all_of_them_is_complete_and_needs_nothing() -> None:
    forget(*replacing())

    assert half_migrated(connection) == []
    assert not MigrationRecorder(connection).applied_migrations().keys() & set(replacing())


@pytest.mark.django_db
def test_a_database_that_has_some_of_them_is_refused_and_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    forget(*replacing(), *(names[-1] for names in replacing().values()))

    said = run_checks(tags=[Tags.database], databases=["default"])

    assert [one.id for one in said] == ["config.E001"] * len(APPS)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, False)


@pytest.mark.django_db
def test_a_database_with_none_of_them_is_to_be_migrated() -> None:
    forget(*(name for name in MigrationRecorder(connection).applied_migrations() if name[0] in APPS))

    assert half_migrated(connection) == []
    assert health._left_to_do()
