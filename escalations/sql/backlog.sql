-- Waiting and put-aside cases are counted as they come and go, by everything the board tells them apart by
-- (escalations.models.Backlog). A claim costs one row, and a decision none. Planted cases are in no backlog. On a move
-- before the row is written, for there both versions are at hand and need not be read again.

CREATE FUNCTION backlog_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op <> 'INSERT' AND old.state IN ('queued', 'snoozed', 'on_hold', 'with_ai') AND old.queue_id IS NOT NULL
     AND NOT is_planted(old.id) THEN
    INSERT INTO escalations_backlog (queue_id, client_id, case_type_id, state, tier, severity, senior_only, n)
    VALUES (old.queue_id, old.client_id, old.case_type_id, old.state, old.tier, old.severity, old.senior_only, -1);
  END IF;
  IF tg_op <> 'DELETE' AND new.state IN ('queued', 'snoozed', 'on_hold', 'with_ai') AND new.queue_id IS NOT NULL
     AND NOT is_planted(new.id) THEN
    INSERT INTO escalations_backlog (queue_id, client_id, case_type_id, state, tier, severity, senior_only, n)
    VALUES (new.queue_id, new.client_id, new.case_type_id, new.state, new.tier, new.severity, new.senior_only, 1);
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER case_3_backlog_on_move BEFORE UPDATE ON escalations_case FOR EACH ROW
  WHEN ((old.state IN ('queued', 'snoozed', 'on_hold', 'with_ai') OR new.state IN ('queued', 'snoozed', 'on_hold', 'with_ai'))
        AND (old.state, old.queue_id, old.tier, old.severity, old.senior_only, old.case_type_id, old.client_id)
            IS DISTINCT FROM
            (new.state, new.queue_id, new.tier, new.severity, new.senior_only, new.case_type_id, new.client_id))
  EXECUTE FUNCTION backlog_count();
CREATE TRIGGER case_3_backlog_on_come AFTER INSERT ON escalations_case FOR EACH ROW
  WHEN (new.state IN ('queued', 'snoozed', 'on_hold', 'with_ai')) EXECUTE FUNCTION backlog_count();
CREATE TRIGGER case_3_backlog_on_go AFTER DELETE ON escalations_case FOR EACH ROW
  WHEN (old.state IN ('queued', 'snoozed', 'on_hold', 'with_ai')) EXECUTE FUNCTION backlog_count();

-- All its rows are read or folded at once: nobody looks for one by its id, and every move would write it.
ALTER TABLE escalations_backlog DROP CONSTRAINT escalations_backlog_pkey;
