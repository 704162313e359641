CREATE OR REPLACE FUNCTION decided_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE named boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM escalations_decision WHERE %I = $1)', tg_argv[0]) INTO named USING old.id;
  IF NOT named AND tg_table_name = 'accounts_user' THEN
    named := EXISTS (SELECT 1 FROM escalations_case WHERE holder_id = old.id AND state = 'claimed');
  END IF;
  IF named THEN
    RAISE EXCEPTION 'row % of % is named by decisions or cases and stays', old.id, tg_table_name USING errcode = '23503';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER case_3_backlog_on_move ON escalations_case;
CREATE OR REPLACE FUNCTION backlog_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op <> 'INSERT' AND old.state IN ('queued', 'snoozed', 'on_hold', 'with_ai') AND old.queue_id IS NOT NULL THEN
    INSERT INTO escalations_backlog (queue_id, client_id, case_type_id, state, tier, severity, senior_only, n)
    VALUES (old.queue_id, old.client_id, old.case_type_id, old.state, old.tier, old.severity, old.senior_only, -1);
  END IF;
  IF tg_op <> 'DELETE' AND new.state IN ('queued', 'snoozed', 'on_hold', 'with_ai') AND new.queue_id IS NOT NULL THEN
    INSERT INTO escalations_backlog (queue_id, client_id, case_type_id, state, tier, severity, senior_only, n)
    VALUES (new.queue_id, new.client_id, new.case_type_id, new.state, new.tier, new.severity, new.senior_only, 1);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER case_3_backlog_on_move
  AFTER UPDATE OF state, queue_id, tier, severity, senior_only, case_type_id, client_id ON escalations_case FOR EACH ROW
  WHEN ((old.state IN ('queued', 'snoozed', 'on_hold', 'with_ai') OR new.state IN ('queued', 'snoozed', 'on_hold', 'with_ai'))
        AND (old.state, old.queue_id, old.tier, old.severity, old.senior_only, old.case_type_id, old.client_id)
            IS DISTINCT FROM
            (new.state, new.queue_id, new.tier, new.severity, new.senior_only, new.case_type_id, new.client_id))
  EXECUTE FUNCTION backlog_count();
DROP TRIGGER hold_1_guard ON escalations_hold;
DROP TRIGGER waiting_1_guard ON escalations_waiting;
DROP FUNCTION places_guard();
DROP TRIGGER case_5_places_on_go ON escalations_case;
DROP TRIGGER case_5_places_on_come ON escalations_case;
DROP TRIGGER case_5_places_on_move ON escalations_case;
DROP FUNCTION case_places();
DELETE FROM escalations_hold;
DELETE FROM escalations_waiting;
