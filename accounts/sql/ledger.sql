-- The ledger's walls. Order, time and hash are the database's; change is refused; a case cannot move unrecorded.

-- The head steps on under its own lock, in one statement, and tells what it was. A writer that waited for another computes
-- its line anew, time included, from the head that the other left (READ COMMITTED evaluates the new values again), so time
-- never runs backwards along a chain. The head keeps the newest version, so that the wall which asks whether a case's move
-- is recorded need not look for the event. Ids are the database's alone.
CREATE FUNCTION ledger_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
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

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only: % refused', tg_op USING errcode = '42501';
END $$;

CREATE FUNCTION ledger_head_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Only from inside ledger_link: a direct statement runs at trigger depth 1.
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'the head of a stream is written by the ledger alone' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;

CREATE TRIGGER ledger_1_link BEFORE INSERT ON accounts_event FOR EACH ROW EXECUTE FUNCTION ledger_link();
CREATE TRIGGER ledger_2_refuse BEFORE UPDATE OR DELETE ON accounts_event FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_3_refuse BEFORE TRUNCATE ON accounts_event FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
-- Who writes a head is asked once a statement: a trigger before a row makes the database find and lock that row twice, and
-- the answer is the same for all of them.
CREATE TRIGGER ledger_head_1 BEFORE INSERT OR UPDATE ON accounts_head FOR EACH STATEMENT EXECUTE FUNCTION ledger_head_guard();
CREATE TRIGGER ledger_head_2 BEFORE DELETE ON accounts_head FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_head_3 BEFORE TRUNCATE ON accounts_head FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
-- ALWAYS: also in sessions that set session_replication_role to replica.
ALTER TABLE accounts_event ENABLE ALWAYS TRIGGER ledger_1_link;
ALTER TABLE accounts_event ENABLE ALWAYS TRIGGER ledger_2_refuse;
ALTER TABLE accounts_event ENABLE ALWAYS TRIGGER ledger_3_refuse;
ALTER TABLE accounts_head ENABLE ALWAYS TRIGGER ledger_head_1;
ALTER TABLE accounts_head ENABLE ALWAYS TRIGGER ledger_head_2;
ALTER TABLE accounts_head ENABLE ALWAYS TRIGGER ledger_head_3;

-- Heads are found by a hash of their stream: one block, however many streams there are, where a tree has a block a level.
-- Still one head a stream: an exclusion constraint over that index says what the key said.
ALTER TABLE accounts_head DROP CONSTRAINT accounts_head_pkey;
ALTER TABLE accounts_head ADD CONSTRAINT head_once EXCLUDE USING hash (stream WITH =);
-- A head is rewritten with every event: room beside it keeps the new version on its page, out of the index.
ALTER TABLE accounts_head SET (fillfactor = 70);

-- Nothing asks for an event by its id: (stream, seq) is unique and never null, and the wall refuses every change of a row.
ALTER TABLE accounts_event DROP CONSTRAINT accounts_event_pkey;
