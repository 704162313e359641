"""What the chain costs: the same reviewers at work with every event linked, and with none (B7)."""

from collections.abc import Callable

import psycopg

from tests.bench import load

ROUNDS = 2
SEQUENCE = "CREATE SEQUENCE IF NOT EXISTS bench_seq START 1000000000000"

# The same row without reading and moving the head of its chain. Only ever in a database that is thrown away.
UNLINKED = b"""
CREATE OR REPLACE FUNCTION ledger_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
DECLARE doc jsonb := convert_from(new.body, 'UTF8')::jsonb;
BEGIN
  new.seq := nextval('bench_seq'); new.prev := decode(repeat('00', 32), 'hex'); new.at := clock_timestamp();
  new.kind := doc ->> 'kind'; new.actor_kind := doc -> 'actor' ->> 'kind'; new.actor_id := doc -> 'actor' ->> 'id';
  new.data := doc -> 'data'; new.hash := sha256(new.body); new.id := gen_random_uuid();
  RETURN new;
END $$
"""


def measure(
    url: str, make: Callable[[int], load.Client], clients: int, seconds: float
) -> tuple[float, float]:
    """Steps a second of `clients` clients with the chain and without it.

    In turns, so that a busy minute of the machine falls on both. The chains of that database cannot be verified any
    more afterwards: what is written without a link stays so.
    """
    with psycopg.connect(url, autocommit=True) as owner:
        found = owner.execute("SELECT pg_get_functiondef('ledger_link'::regproc)").fetchone()
        assert found is not None
        runs: dict[bytes, list[load.Result]] = {str(found[0]).encode(): [], UNLINKED: []}
        owner.execute(SEQUENCE)
        for _ in range(ROUNDS):
            for function, results in runs.items():
                owner.execute(function)
                results.append(load.run(make, clients, seconds=seconds))
    linked, free = (
        sum(len(one.latencies) for one in results) / sum(one.seconds for one in results)
        for results in runs.values()
    )
    return linked, free
