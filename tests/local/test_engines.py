"""The engines of this very run, and the programs behind them."""

import os

import psycopg
import redis


def test_the_tests_run_on_a_real_postgresql() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT upper('é'), current_setting('server_encoding')").fetchone()
    assert row == ("É", "UTF8")


def test_the_tests_run_on_a_real_redis_protocol() -> None:
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    try:
        assert client.ping()
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    finally:
        client.close()
