-- The link as ledger_link.sql has it, in one statement: the head steps on under its own lock and tells what it was. A
-- writer that waited for another computes its line anew, time included, from the head that the other left (READ
-- COMMITTED evaluates the new values again), so time never runs backwards along a chain. Ids are the database's alone.

CREATE OR REPLACE FUNCTION ledger_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE doc jsonb := convert_from(new.body, 'UTF8')::jsonb; said text := encode(sha256(new.body), 'hex');
BEGIN
  LOOP
    UPDATE accounts_head h SET (seq, prev, at, hash) = (
      SELECT h.seq + 1, h.hash, clock.at, sha256(convert_to(format(E'handrail-ledger-v1\n%s\n%s\n%s\n%s\n%s\n%s\n',
        h.stream, h.seq + 1, new.version, to_char(clock.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        encode(h.hash, 'hex'), said), 'UTF8'))
      FROM (SELECT clock_timestamp() AS at OFFSET 0) clock)
    WHERE h.stream = new.stream RETURNING h.seq, h.prev, h.at, h.hash INTO new.seq, new.prev, new.at, new.hash;
    EXIT WHEN FOUND;
    -- The first event of a stream makes its head; whoever loses that race finds it and steps on.
    INSERT INTO accounts_head (stream, seq, hash)
      VALUES (new.stream, 0, sha256(convert_to('handrail-genesis' || new.stream::text, 'UTF8')))
      ON CONFLICT (stream) DO NOTHING;
  END LOOP;
  new.id := (lpad(to_hex((extract(epoch FROM new.at) * 1000)::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid;
  new.kind := doc ->> 'kind';
  new.actor_kind := doc -> 'actor' ->> 'kind';
  new.actor_id := doc -> 'actor' ->> 'id';
  new.data := doc -> 'data';
  RETURN new;
END $$;
