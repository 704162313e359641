ALTER TABLE escalations_waiting DROP CONSTRAINT waiting_once;
ALTER TABLE escalations_waiting ADD CONSTRAINT escalations_waiting_pkey PRIMARY KEY (case_id);
-- The wall as walls.sql has it; the newest event of a case is nearly always the one asked for, and the chain's own
-- index finds it, so that the ledger carries no index of versions.
CREATE OR REPLACE FUNCTION case_needs_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF (SELECT version FROM accounts_event WHERE stream = new.id ORDER BY seq DESC LIMIT 1) IS DISTINCT FROM new.version
     AND NOT EXISTS (SELECT 1 FROM accounts_event WHERE stream = new.id AND version = new.version) THEN
    RAISE EXCEPTION 'case % version % has no event in the ledger', new.ref, new.version USING errcode = '23514';
  END IF;
  RETURN NULL;
END $$;
