"""The cast and the tools every test shares. The cast is committed once; each test rolls back to it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from accounts.models import User
from tests.cast import Cast, make_cast
from tests.database import THROWN_AWAY, back_to_the_cast, keep_cast, migrated_once
from tests.places import misplaced
from tests.robot import Robot


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """One stack for all tests that kill processes, whatever the number of workers."""
    from tests.spreading import Spreading  # only where there is pytest-xdist

    return Spreading(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Migrations run once for all workers: the first to come migrates, the others copy what it made."""
    if base := os.environ.get(THROWN_AWAY):
        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = migrated_once(Path(base))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The migrated test database with the cast in it."""
    with django_db_blocker.unblock():
        make_cast()
        keep_cast()
    TransactionTestCase._fixture_teardown = back_to_the_cast  # type: ignore[attr-defined]


@pytest.fixture
def cast(db: None) -> Cast:
    """Two clients, all roles, agents, queues, case types, live policy; see tests.cast."""
    return Cast()


@pytest.fixture(autouse=True)
def cases_stand_where_their_state_says(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that has a database, whatever moved: waiting and held cases stand where they should."""
    has_one = "db" in request.fixturenames
    if has_one:
        request.getfixturevalue("db")  # so that this is asked before the test is rolled back
    yield
    if has_one and not connection.needs_rollback:
        assert misplaced() == []


@pytest.fixture
def robot(cast: Cast) -> Robot:
    """An AI agent at the API: Acme's bot unless told otherwise."""
    return Robot(cast.token())


@pytest.fixture
def signed_in(cast: Cast) -> Callable[[User], Browser]:
    """A browser in which that person is signed in."""

    def browser(person: User) -> Browser:
        client = Browser()
        client.force_login(person)
        return client

    return browser
