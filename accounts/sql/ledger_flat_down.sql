-- The key again, and the link as ledger_step.sql has it.
ALTER TABLE accounts_head DROP CONSTRAINT head_once;
ALTER TABLE accounts_head ADD CONSTRAINT accounts_head_pkey PRIMARY KEY (stream);
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
