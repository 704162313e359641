DROP TRIGGER case_3_backlog_on_move ON escalations_case;
DROP TRIGGER case_3_backlog_on_come ON escalations_case;
DROP TRIGGER case_3_backlog_on_go ON escalations_case;
DELETE FROM escalations_backlog WHERE state <> 'queued';

CREATE OR REPLACE FUNCTION backlog_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op <> 'INSERT' AND old.state = 'queued' THEN
    INSERT INTO escalations_backlog (queue_id, client_id, severity, n) VALUES (old.queue_id, old.client_id, old.severity, -1);
  END IF;
  IF tg_op <> 'DELETE' AND new.state = 'queued' THEN
    INSERT INTO escalations_backlog (queue_id, client_id, severity, n) VALUES (new.queue_id, new.client_id, new.severity, 1);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER case_3_backlog_on_move AFTER UPDATE OF state, queue_id, severity ON escalations_case FOR EACH ROW
  WHEN ((old.state = 'queued' OR new.state = 'queued')
        AND (old.state, old.queue_id, old.severity) IS DISTINCT FROM (new.state, new.queue_id, new.severity))
  EXECUTE FUNCTION backlog_count();
CREATE TRIGGER case_3_backlog_on_come AFTER INSERT ON escalations_case FOR EACH ROW
  WHEN (new.state = 'queued') EXECUTE FUNCTION backlog_count();
CREATE TRIGGER case_3_backlog_on_go AFTER DELETE ON escalations_case FOR EACH ROW
  WHEN (old.state = 'queued') EXECUTE FUNCTION backlog_count();
