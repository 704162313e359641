"""Browser journeys: a live server on loopback and the system's Chromium, driven by the keyboard."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Http
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.cast import Cast
from tests.journeys.desk import Desk

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

# Playwright's synchronous API keeps an event loop in this thread; the ORM calls here are still synchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

SignIn = Callable[[User], Desk]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium; nothing is downloaded."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install Debian's chromium, or set CHROMIUM")
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A desk's screen; motion off, so that axe sees settled pages."""
    return {"viewport": {"width": 1366, "height": 768}, "reduced_motion": "reduce", "locale": "en-GB"}


@pytest.fixture
def desk(page: Page, live_server: LiveServer, transactional_db: None) -> Iterator[Desk]:
    """A browser at the live server. After every journey: no script error, nothing blocked by the policy."""
    desk = Desk(page, live_server.url)
    yield desk
    assert desk.errors == []
    assert desk.violations() == []


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, in a database that commits."""
    return Cast()


@pytest.fixture
def sign_in(desk: Desk) -> SignIn:
    """Give the browser that person's session."""

    def give(person: User) -> Desk:
        http = Http()
        http.force_login(person)
        cookie = http.cookies[settings.SESSION_COOKIE_NAME].value
        desk.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": desk.root}])
        return desk

    return give
