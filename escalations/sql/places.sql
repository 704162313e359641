-- Where a case stands is copied into two narrow tables as it moves, by whatever statement moves it: a row in
-- escalations_waiting while it is queued, one in escalations_hold while it is claimed. Leaving is a DELETE, which writes
-- no index; no index of the case itself speaks of what a move changes, so a move rewrites the case's row in place (HOT).
-- On UPDATE before the row is written, for there both versions are at hand and need not be read again.

CREATE FUNCTION case_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was varchar := CASE WHEN tg_op <> 'INSERT' THEN old.state END;
  becomes varchar := CASE WHEN tg_op <> 'DELETE' THEN new.state END;
BEGIN
  IF was = 'queued' AND becomes IS DISTINCT FROM 'queued' THEN
    DELETE FROM escalations_waiting WHERE case_id = old.id;
  ELSIF was = 'claimed' AND becomes IS DISTINCT FROM 'claimed' THEN
    DELETE FROM escalations_hold WHERE holder_id = old.holder_id AND case_id = old.id;
  END IF;
  IF becomes = 'queued' AND was = 'queued' THEN
    UPDATE escalations_waiting SET
      ref = new.ref, subject = new.subject, version = new.version, client_id = new.client_id, queue_id = new.queue_id,
      case_type_id = new.case_type_id, tier = new.tier, severity = new.severity, senior_only = new.senior_only,
      risk = new.risk, need = new.need, unroutable_since = new.unroutable_since, confidence = new.confidence,
      threshold = new.threshold, triage_id = new.triage_id, category = new.category, reason_codes = new.reason_codes,
      due_at = new.due_at, rank_at = new.rank_at, created_at = new.created_at, reserved_by_id = new.reserved_by_id,
      reserved_until = new.reserved_until
    WHERE case_id = new.id;
  ELSIF becomes = 'queued' THEN
    INSERT INTO escalations_waiting (case_id,
      ref, subject, version, client_id, queue_id, case_type_id, tier, severity, senior_only, risk, need,
      unroutable_since, confidence, threshold, triage_id, category, reason_codes, due_at, rank_at, created_at,
      reserved_by_id, reserved_until)
    VALUES (new.id,
      new.ref, new.subject, new.version, new.client_id, new.queue_id, new.case_type_id, new.tier, new.severity,
      new.senior_only, new.risk, new.need, new.unroutable_since, new.confidence, new.threshold, new.triage_id,
      new.category, new.reason_codes, new.due_at, new.rank_at, new.created_at, new.reserved_by_id, new.reserved_until);
  ELSIF becomes = 'claimed' AND was = 'claimed' THEN
    IF new.holder_id <> old.holder_id THEN
      UPDATE escalations_hold SET holder_id = new.holder_id WHERE holder_id = old.holder_id AND case_id = new.id;
    END IF;
  ELSIF becomes = 'claimed' THEN
    INSERT INTO escalations_hold (case_id, holder_id) VALUES (new.id, new.holder_id);
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER case_5_places_on_move BEFORE UPDATE ON escalations_case FOR EACH ROW
  WHEN ((old.state IN ('queued', 'claimed') OR new.state IN ('queued', 'claimed'))
        AND (
          old.state, old.holder_id, old.ref, old.subject, old.version, old.client_id, old.queue_id, old.case_type_id,
          old.tier, old.severity, old.senior_only, old.risk, old.need, old.unroutable_since, old.confidence,
          old.threshold, old.triage_id, old.category, old.reason_codes, old.due_at, old.rank_at, old.created_at,
          old.reserved_by_id, old.reserved_until
        ) IS DISTINCT FROM (
          new.state, new.holder_id, new.ref, new.subject, new.version, new.client_id, new.queue_id, new.case_type_id,
          new.tier, new.severity, new.senior_only, new.risk, new.need, new.unroutable_since, new.confidence,
          new.threshold, new.triage_id, new.category, new.reason_codes, new.due_at, new.rank_at, new.created_at,
          new.reserved_by_id, new.reserved_until
        ))
  EXECUTE FUNCTION case_places();
-- after these, for only then is it certain that there is a row, or none any more
CREATE TRIGGER case_5_places_on_come AFTER INSERT ON escalations_case FOR EACH ROW
  WHEN (new.state IN ('queued', 'claimed')) EXECUTE FUNCTION case_places();
CREATE TRIGGER case_5_places_on_go AFTER DELETE ON escalations_case FOR EACH ROW
  WHEN (old.state IN ('queued', 'claimed')) EXECUTE FUNCTION case_places();

-- Nobody else writes them: a statement of somebody's own runs at trigger depth 1.
CREATE FUNCTION places_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION '% follows the cases and is written by nobody else', tg_table_name USING errcode = '42501';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER waiting_1_guard BEFORE INSERT OR UPDATE OR DELETE ON escalations_waiting
  FOR EACH STATEMENT EXECUTE FUNCTION places_guard();
CREATE TRIGGER hold_1_guard BEFORE INSERT OR UPDATE OR DELETE ON escalations_hold
  FOR EACH STATEMENT EXECUTE FUNCTION places_guard();

-- Holds are found by their holder, the rows that wait by their order or by their case alone: the latter in one block, by a
-- hash, however many wait; one row a case, says the exclusion, as the key would.
ALTER TABLE escalations_hold DROP CONSTRAINT escalations_hold_pkey;
ALTER TABLE escalations_waiting DROP CONSTRAINT escalations_waiting_pkey;
ALTER TABLE escalations_waiting ADD CONSTRAINT waiting_once EXCLUDE USING hash (case_id WITH =);
-- A claim takes the first row of the order away: what is left of it shall not lie there for long.
ALTER TABLE escalations_waiting SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02);
