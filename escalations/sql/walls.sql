-- A case cannot move without a new version and an event of that version; decisions and used policies never change.

CREATE FUNCTION case_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (new.state, new.queue_id, new.tier, new.severity, new.holder_id, new.claim_token, new.policy_id, new.routing_id)
     IS DISTINCT FROM
     (old.state, old.queue_id, old.tier, old.severity, old.holder_id, old.claim_token, old.policy_id, old.routing_id)
     AND new.version <> old.version + 1 THEN
    RAISE EXCEPTION 'case % may only move through escalations.transitions', new.ref USING errcode = '23514';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER case_1_version BEFORE UPDATE ON escalations_case FOR EACH ROW EXECUTE FUNCTION case_version_guard();

CREATE FUNCTION case_needs_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM accounts_event WHERE stream = new.id AND version = new.version) THEN
    RAISE EXCEPTION 'case % version % has no event in the ledger', new.ref, new.version USING errcode = '23514';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER case_2_event AFTER INSERT OR UPDATE OF version ON escalations_case
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION case_needs_event();

CREATE FUNCTION decision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'DELETE' THEN
    RAISE EXCEPTION 'a decision is never deleted' USING errcode = '42501';
  END IF;
  IF old.standing <> 'pending' OR new.standing NOT IN ('final', 'undone')
     OR to_jsonb(new) - 'standing' <> to_jsonb(old) - 'standing' THEN
    RAISE EXCEPTION 'a decision is never edited; a later one overrides it' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER decision_1_guard BEFORE UPDATE OR DELETE ON escalations_decision
  FOR EACH ROW EXECUTE FUNCTION decision_guard();

CREATE FUNCTION policy_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF old.live_from IS NOT NULL AND (tg_op = 'DELETE' OR
     (new.document, new.digest, new.number, new.live_from) IS DISTINCT FROM
     (old.document, old.digest, old.number, old.live_from)) THEN
    RAISE EXCEPTION 'policy v% has been in force and cannot change', old.number USING errcode = '42501';
  END IF;
  RETURN coalesce(new, old);
END $$;
CREATE TRIGGER policy_1_guard BEFORE UPDATE OR DELETE ON escalations_policyversion
  FOR EACH ROW EXECUTE FUNCTION policy_guard();

CREATE FUNCTION written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once', tg_table_name USING errcode = '42501';
END $$;
CREATE TRIGGER triage_once BEFORE UPDATE ON escalations_triagerecord FOR EACH ROW EXECUTE FUNCTION written_once();
CREATE TRIGGER routing_once BEFORE UPDATE ON escalations_routing FOR EACH ROW EXECUTE FUNCTION written_once();
CREATE TRIGGER handoff_once BEFORE UPDATE ON escalations_handoff FOR EACH ROW EXECUTE FUNCTION written_once();

CREATE SEQUENCE case_number_seq START 48001;

-- Waiting cases are counted as they come and go (escalations.models.Backlog).
CREATE FUNCTION backlog_count() RETURNS trigger LANGUAGE plpgsql AS $$
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
