"""The ledger's walls: what the database refuses, and to whom (safety 3.2, T15, T17)."""

import uuid
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from accounts.ledger import canonical
from accounts.ledger.reading import ledger_faults
from accounts.models import Event, Head
from tests.accounts.ledger import run
from tests.cast import Cast
from tests.database import walls_down
from tests.engine import work
from tests.escalations.bodies import faq
from tests.robot import Robot

STATEMENTS = {
    "change a body": "UPDATE accounts_event SET body = 'x' WHERE stream = %s",
    "change a time": "UPDATE accounts_event SET at = now() WHERE stream = %s",
    "delete": "DELETE FROM accounts_event WHERE stream = %s",
    "truncate": "TRUNCATE accounts_event -- %s",
    "move the head": "UPDATE accounts_head SET seq = 99 WHERE stream = %s",
    "delete the head": "DELETE FROM accounts_head WHERE stream = %s",
    "a head of one's own": "INSERT INTO accounts_head (stream, seq, hash) "
    "VALUES (gen_random_uuid(), 1, %s::text::bytea)",
    "merge": "MERGE INTO accounts_event e USING accounts_head h ON e.stream = h.stream AND h.stream = %s "
    "WHEN MATCHED THEN UPDATE SET version = 7",
}


@pytest.mark.parametrize("what", STATEMENTS)
def test_the_database_refuses_every_change_even_to_the_tables_owner(stream: uuid.UUID, what: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        run(STATEMENTS[what], stream)
    assert Event.objects.filter(stream=stream).count() == 5


@pytest.mark.parametrize("what", STATEMENTS)
def test_replica_mode_does_not_switch_the_walls_off(stream: uuid.UUID, what: str) -> None:
    """`session_replication_role` disables ordinary triggers; ours are ALWAYS."""
    run("SET LOCAL session_replication_role = replica")
    with pytest.raises(DatabaseError), transaction.atomic():
        run(STATEMENTS[what], stream)


def test_order_time_and_hash_are_the_databases_whatever_a_writer_says(stream: uuid.UUID) -> None:
    body = canonical({"v": 1, "kind": "x", "actor": {"kind": "ai", "id": "1"}, "data": {}})
    run(
        "INSERT INTO accounts_event (id, stream, version, body, seq, at, prev, hash, kind, actor_kind, actor_id, data) "
        "VALUES (gen_random_uuid(), %s, 0, %s, 999, '2001-01-01', 'p', 'h', 'forged', 'human', '7', '{}')",
        stream, body,
    )  # fmt: skip
    last = Event.objects.filter(stream=stream).latest("seq")
    assert (last.seq, last.kind, last.actor_kind) == (6, "x", "ai")
    assert last.at.year > 2001
    assert last.id.version == 7, "the writer's own id was kept"
    assert list(ledger_faults()) == []


def test_ids_that_the_database_gives_lie_in_order_of_time(stream: uuid.UUID) -> None:
    ids = list(Event.objects.filter(stream=stream).order_by("seq").values_list("id", flat=True))
    assert {given.version for given in ids} == {7}
    milliseconds = [given.int >> 80 for given in ids]
    assert milliseconds == sorted(milliseconds)


def test_a_case_that_moves_without_an_event_is_refused_at_commit(cast: Cast, robot: Robot) -> None:
    """T17."""
    case_id = robot.post(faq()).json()["id"]
    with pytest.raises(IntegrityError), transaction.atomic():
        run(
            "UPDATE escalations_case SET state = 'closed', version = version + 1 WHERE id = %s; "
            "SET CONSTRAINTS ALL IMMEDIATE",
            case_id,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        run("UPDATE escalations_case SET tier = 3 WHERE id = %s", case_id)


@pytest.fixture
def app_role(db: None) -> Iterator[None]:
    """A database role that runs the application and owns nothing; it exists only in this test."""
    run("CREATE ROLE handrail_app_test")
    call_command("ledger_grants", "handrail_app_test", apply=True, verbosity=0)
    run("SET LOCAL ROLE handrail_app_test")
    yield
    run("RESET ROLE")


FORBIDDEN = {
    **{f"{what} as the app": sql for what, sql in STATEMENTS.items()},
    "choose a seq": "INSERT INTO accounts_event (id, stream, version, body, seq) "
    "VALUES (gen_random_uuid(), %s, 0, ''::bytea, 9)",
    "choose a time": "INSERT INTO accounts_event (id, stream, version, body, at) "
    "VALUES (gen_random_uuid(), %s, 0, ''::bytea, now())",
    "switch a wall off": "ALTER TABLE accounts_event DISABLE TRIGGER ledger_2_refuse -- %s",
    "replica mode": "SET session_replication_role = replica -- %s",
    "drop": "DROP TABLE accounts_event -- %s",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_applications_role_can_only_append(stream: uuid.UUID, app_role: None, what: str) -> None:
    """T15: not even the statements that triggers would refuse get that far."""
    with pytest.raises(ProgrammingError), transaction.atomic():
        run(FORBIDDEN[what], stream)


def test_the_applications_role_can_run_the_application(cast: Cast, robot: Robot, app_role: None) -> None:
    case_id = robot.post(faq()).json()["id"]
    work()
    assert robot.get(case_id).json()["state"] == "auto_resolved"
    assert list(ledger_faults()) == []


def test_a_stream_has_one_head_whoever_writes_it(stream: uuid.UUID) -> None:
    """By an exclusion constraint over a hash index, which is asked in one block where the key took one a level (A2)."""
    with walls_down("accounts_head"), pytest.raises(IntegrityError), transaction.atomic():
        run("INSERT INTO accounts_head (stream, seq, hash) VALUES (%s, 9, 'h')", stream)
    run("SET LOCAL enable_seqscan = off")
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT version FROM accounts_head WHERE stream = %s", [stream])
        assert "head_once" in str(cursor.fetchall())


def test_the_head_knows_the_newest_version(cast: Cast, robot: Robot) -> None:
    case = robot.post(faq()).json()["id"]
    work()
    newest = Event.objects.filter(stream=case).latest("seq").version
    assert newest > 1
    assert Head.objects.get(stream=case).version == newest
