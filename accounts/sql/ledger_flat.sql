-- Heads are found by a hash of their stream: one block, however many streams there are, where a tree has a block a level.
-- Still one head a stream: an exclusion constraint over that index says what the key said. A head also keeps the version
-- of its newest event, so that the wall which asks whether a case's move is recorded need not look for the event.
ALTER TABLE accounts_head DROP CONSTRAINT accounts_head_pkey;
ALTER TABLE accounts_head ALTER COLUMN stream SET NOT NULL;
ALTER TABLE accounts_head ADD CONSTRAINT head_once EXCLUDE USING hash (stream WITH =);

-- As ledger_step.sql has it, but for the version and for whose constraint it is that a second head would break.
CREATE OR REPLACE FUNCTION ledger_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE doc jsonb := convert_from(new.body, 'UTF8')::jsonb; said text := encode(sha256(new.body), 'hex');
BEGIN
  LOOP
    UPDATE accounts_head h SET (seq, prev, at, hash, version) = (
      SELECT h.seq + 1, h.hash, clock.at, sha256(convert_to(format(E'handrail-ledger-v1\n%s\n%s\n%s\n%s\n%s\n%s\n',
        h.stream, h.seq + 1, new.version, to_char(clock.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        encode(h.hash, 'hex'), said), 'UTF8')), new.version
      FROM (SELECT clock_timestamp() AS at OFFSET 0) clock)
    WHERE h.stream = new.stream RETURNING h.seq, h.prev, h.at, h.hash INTO new.seq, new.prev, new.at, new.hash;
    EXIT WHEN FOUND;
    -- The first event of a stream makes its head; whoever loses that race finds it and steps on.
    INSERT INTO accounts_head (stream, seq, hash)
      VALUES (new.stream, 0, sha256(convert_to('handrail-genesis' || new.stream::text, 'UTF8')))
      ON CONFLICT DO NOTHING;
  END LOOP;
  new.id := (lpad(to_hex((extract(epoch FROM new.at) * 1000)::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid;
  new.kind := doc ->> 'kind';
  new.actor_kind := doc -> 'actor' ->> 'kind';
  new.actor_id := doc -> 'actor' ->> 'id';
  new.data := doc -> 'data';
  RETURN new;
END $$;
