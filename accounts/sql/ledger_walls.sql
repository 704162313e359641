-- The ledger's walls. Order, time and hash are the database's; change is refused; a case cannot move unrecorded.

CREATE FUNCTION ledger_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE head accounts_head%ROWTYPE; doc jsonb;
BEGIN
  INSERT INTO accounts_head (stream, seq, hash)
    VALUES (new.stream, 0, sha256(convert_to('handrail-genesis' || new.stream::text, 'UTF8')))
    ON CONFLICT (stream) DO NOTHING;
  SELECT * INTO head FROM accounts_head WHERE stream = new.stream FOR UPDATE;
  doc := convert_from(new.body, 'UTF8')::jsonb;
  new.id := coalesce(new.id, gen_random_uuid());
  new.seq := head.seq + 1;
  new.prev := head.hash;
  new.at := clock_timestamp();
  new.kind := doc ->> 'kind';
  new.actor_kind := doc -> 'actor' ->> 'kind';
  new.actor_id := doc -> 'actor' ->> 'id';
  new.data := doc -> 'data';
  new.hash := sha256(convert_to(format(E'handrail-ledger-v1\n%s\n%s\n%s\n%s\n%s\n%s\n',
    new.stream, new.seq, new.version,
    to_char(new.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    encode(new.prev, 'hex'), encode(sha256(new.body), 'hex')), 'UTF8'));
  UPDATE accounts_head SET seq = new.seq, hash = new.hash WHERE stream = new.stream;
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
CREATE TRIGGER ledger_head_1 BEFORE INSERT OR UPDATE ON accounts_head FOR EACH ROW EXECUTE FUNCTION ledger_head_guard();
CREATE TRIGGER ledger_head_2 BEFORE DELETE ON accounts_head FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_head_3 BEFORE TRUNCATE ON accounts_head FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
-- ALWAYS: also in sessions that set session_replication_role to replica.
ALTER TABLE accounts_event ENABLE ALWAYS TRIGGER ledger_1_link;
ALTER TABLE accounts_event ENABLE ALWAYS TRIGGER ledger_2_refuse;
ALTER TABLE accounts_event ENABLE ALWAYS TRIGGER ledger_3_refuse;
ALTER TABLE accounts_head ENABLE ALWAYS TRIGGER ledger_head_1;
ALTER TABLE accounts_head ENABLE ALWAYS TRIGGER ledger_head_2;
ALTER TABLE accounts_head ENABLE ALWAYS TRIGGER ledger_head_3;
