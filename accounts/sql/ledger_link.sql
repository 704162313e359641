-- The link as ledger_walls.sql has it, at half the blocks: the head is looked up once, kept locked, and written where
-- it was found. Only the first event of a stream makes a head; whoever loses that race looks again.

CREATE OR REPLACE FUNCTION ledger_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE spot tid; last bigint; newest bytea; doc jsonb := convert_from(new.body, 'UTF8')::jsonb;
BEGIN
  LOOP
    SELECT ctid, seq, hash INTO spot, last, newest FROM accounts_head WHERE stream = new.stream FOR UPDATE;
    IF NOT FOUND THEN
      spot := NULL; last := 0; newest := sha256(convert_to('handrail-genesis' || new.stream::text, 'UTF8'));
    END IF;
    new.seq := last + 1;
    new.prev := newest;
    new.at := clock_timestamp();  -- after the lock, so that time never runs backwards along a chain
    new.hash := sha256(convert_to(format(E'handrail-ledger-v1\n%s\n%s\n%s\n%s\n%s\n%s\n',
      new.stream, new.seq, new.version,
      to_char(new.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      encode(new.prev, 'hex'), encode(sha256(new.body), 'hex')), 'UTF8'));
    IF spot IS NULL THEN
      INSERT INTO accounts_head (stream, seq, hash) VALUES (new.stream, new.seq, new.hash) ON CONFLICT (stream) DO NOTHING;
    ELSE
      UPDATE accounts_head SET seq = new.seq, hash = new.hash WHERE ctid = spot AND stream = new.stream;
    END IF;
    EXIT WHEN FOUND;
  END LOOP;
  -- UUIDv7: new ids lie beside each other in their index, on a page that is in memory whatever the ledger's size.
  new.id := coalesce(new.id, (lpad(to_hex((extract(epoch FROM new.at) * 1000)::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid);
  new.kind := doc ->> 'kind';
  new.actor_kind := doc -> 'actor' ->> 'kind';
  new.actor_id := doc -> 'actor' ->> 'id';
  new.data := doc -> 'data';
  RETURN new;
END $$;
