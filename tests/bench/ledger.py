"""What the chain costs: events appended by many writers at once, with and without being linked (B7)."""

import random
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg

from tests.bench import load

WRITERS, STREAMS = 16, 2000
APPEND = "INSERT INTO accounts_event (id, stream, version, body) VALUES (gen_random_uuid(), %s, 0, %s)"
BODY = b'{"actor":{"id":"1","kind":"human"},"data":{"claim_token":3,"verb":"approve"},"kind":"case.decided","v":1}'

# The same row without reading and moving the head of its chain. Only ever in a database that is thrown away.
UNLINKED = """
CREATE SEQUENCE bench_seq START 1000000000000;
CREATE OR REPLACE FUNCTION ledger_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE doc jsonb := convert_from(new.body, 'UTF8')::jsonb;
BEGIN
  new.seq := nextval('public.bench_seq'); new.prev := decode(repeat('00', 32), 'hex'); new.at := clock_timestamp();
  new.kind := doc ->> 'kind'; new.actor_kind := doc -> 'actor' ->> 'kind'; new.actor_id := doc -> 'actor' ->> 'id';
  new.data := doc -> 'data'; new.hash := sha256(new.body);
  RETURN new;
END $$;
"""


@dataclass
class Writer:
    """Appends one event after another, each a transaction of its own, to chains chosen by chance."""

    url: str
    streams: list[Any]
    log: list[Any] = field(default_factory=list)

    def warm(self) -> None:
        """Connect."""
        self.connection = psycopg.connect(self.url, autocommit=True)

    def step(self) -> bool:
        """One event."""
        self.connection.execute(APPEND, (random.choice(self.streams), BODY))
        return True

    def leave(self) -> None:
        """Hang up."""
        self.connection.close()


def measure(url: str, seconds: float) -> tuple[load.Result, load.Result]:
    """Appends with the chain, then without; the database cannot be verified any more afterwards."""
    with psycopg.connect(url, autocommit=True) as owner:
        found = owner.execute("SELECT stream FROM accounts_head LIMIT %s", (STREAMS,)).fetchall()
        make = partial(writer, url, [row[0] for row in found])
        linked = load.run(make, WRITERS, seconds=seconds)
        owner.execute(UNLINKED)
        return linked, load.run(make, WRITERS, seconds=seconds)


def writer(url: str, streams: list[Any], number: int) -> Writer:
    """Writer `number`, with dice of its own."""
    random.seed(number)
    return Writer(url, streams)
