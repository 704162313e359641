"""What stands between Django and the outside: the line to the database, the address in the log."""

import time

import pytest
import structlog
from django.db import connection
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from config.middleware import RequestLogMiddleware


@pytest.mark.django_db(transaction=True)
def test_a_line_that_the_database_ended_is_seen_to_be_dead_before_it_is_used() -> None:
    line = connection.copy()
    line.connect()
    with line.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        served_by = cursor.fetchone()[0]
    assert line.is_usable()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [served_by])
    until = time.monotonic() + 30
    while line.is_usable() and time.monotonic() < until:
        time.sleep(0.02)
    assert not line.is_usable()
    line.close()


@pytest.mark.parametrize(
    ("proxy", "address"), [(None, "10.0.0.9"), (("HTTP_X_FORWARDED_PROTO", "https"), "203.0.113.7")], ids=str
)
def test_the_log_names_the_address_that_our_own_side_saw(
    proxy: tuple[str, str] | None, address: str, settings: Settings
) -> None:
    """What a client claims to be is not believed."""
    settings.SECURE_PROXY_SSL_HEADER = proxy
    request = RequestFactory().get("/")
    request.META |= {"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.7"}
    with structlog.contextvars.bound_contextvars():
        RequestLogMiddleware.bind_ip(request)
        assert structlog.contextvars.get_contextvars()["ip"] == address
    structlog.contextvars.clear_contextvars()
