-- The wall as case_needs_event.sql has it, asking the head of the chain first: it knows the newest version, and lies on
-- one block that the event has just written.
CREATE OR REPLACE FUNCTION case_needs_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF (SELECT version FROM accounts_head WHERE stream = new.id) IS DISTINCT FROM new.version
     AND NOT EXISTS (SELECT 1 FROM accounts_event WHERE stream = new.id AND version = new.version) THEN
    RAISE EXCEPTION 'case % version % has no event in the ledger', new.ref, new.version USING errcode = '23514';
  END IF;
  RETURN NULL;
END $$;

-- Waiting cases are asked for by their order, or by their case alone: the latter in one block, however many wait.
ALTER TABLE escalations_waiting DROP CONSTRAINT escalations_waiting_pkey;
ALTER TABLE escalations_waiting ALTER COLUMN case_id SET NOT NULL;
ALTER TABLE escalations_waiting ADD CONSTRAINT waiting_once EXCLUDE USING hash (case_id WITH =);
