"""What the ledger's checker finds when somebody got past the walls (safety 3.5)."""

import uuid

import pytest
from django.core.management import CommandError, call_command

from accounts.ledger import canonical, stream_of
from accounts.ledger.reading import ledger_faults
from tests.accounts.ledger import run, tell
from tests.database import walls_down

LEDGER = ("accounts_event", "accounts_head")

TAMPERINGS = {
    "change": ("UPDATE accounts_event SET body = %s::bytea WHERE stream = %s AND seq = 3", 3, True),
    "delete from the middle": ("DELETE FROM accounts_event WHERE stream = %s AND seq = 3", 4, False),
    "delete the first": ("DELETE FROM accounts_event WHERE stream = %s AND seq = 1", 2, False),
    "cut the tail": ("DELETE FROM accounts_event WHERE stream = %s AND seq = 5", 5, False),
    "delete all": ("DELETE FROM accounts_event WHERE stream = %s", 5, False),
    "back-date": ("UPDATE accounts_event SET at = at - interval '1 day' WHERE stream = %s AND seq = 2", 2, False),
    "another version": ("UPDATE accounts_event SET version = 9 WHERE stream = %s AND seq = 4", 4, False),
    "a copy that says something else": (
        "UPDATE accounts_event SET data = '{\"n\": 7}' WHERE stream = %s AND seq = 2", 2, False,
    ),
    "another actor in the copy": ("UPDATE accounts_event SET actor_id = '9' WHERE stream = %s AND seq = 2", 2, False),
    "move to another stream": (
        "UPDATE accounts_event SET stream = gen_random_uuid() WHERE stream = %s AND seq = 5", 5, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERINGS)
def test_tampering_with_the_walls_down_is_found_and_located(
    stream: uuid.UUID, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sql, seq, with_body = TAMPERINGS[how]
    with walls_down(*LEDGER):
        assert run(sql, *([canonical({"forged": 1})] if with_body else []), stream)
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger")
    assert refused.value.returncode == 1
    assert f"event {seq}:" in capsys.readouterr().err


def test_an_inserted_event_is_found(stream: uuid.UUID) -> None:
    with walls_down(*LEDGER):
        run("UPDATE accounts_event SET seq = seq + 1 WHERE stream = %s AND seq = 5", stream)
        run(
            "INSERT INTO accounts_event SELECT gen_random_uuid(), stream, 5, version, at, body, prev, hash, kind, "
            "actor_kind, actor_id, data FROM accounts_event WHERE stream = %s AND seq = 4",
            stream,
        )
    assert [fault.stream for fault in ledger_faults()] == [stream]


def test_swapped_events_are_found(stream: uuid.UUID) -> None:
    with walls_down(*LEDGER):
        for before, after in ((2, 99), (3, 2), (99, 3)):
            run("UPDATE accounts_event SET seq = %s WHERE stream = %s AND seq = %s", after, stream, before)
    assert [(fault.stream, fault.seq) for fault in ledger_faults()] == [(stream, 2)]


def test_one_bad_stream_does_not_hide_another(db: None) -> None:
    streams = [stream_of("test", uuid.uuid4()) for _ in range(4)]
    for one in streams:
        tell(one, 3)
    with walls_down(*LEDGER):
        run("DELETE FROM accounts_event WHERE seq = 3 AND stream = ANY(%s)", streams[:2])
    assert {fault.stream for fault in ledger_faults()} == set(streams[:2])


def test_an_intact_ledger_says_so(stream: uuid.UUID, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_ledger")
    assert capsys.readouterr().out.startswith("Every chain holds: ")
