-- A case cannot move without a new version and an event of that version; decisions and used policies never change.

-- A shadow moves no case: said here, in a function that is asked anyway, a move pays a comparison and no further trigger.
CREATE FUNCTION case_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('handrail.shadow', true), '') = 'on' THEN
    RAISE EXCEPTION 'a shadow has no effect: case % stays as it is', new.ref USING errcode = '42501';
  END IF;
  IF (new.state, new.queue_id, new.tier, new.severity, new.holder_id, new.claim_token, new.policy_id, new.routing_id)
     IS DISTINCT FROM
     (old.state, old.queue_id, old.tier, old.severity, old.holder_id, old.claim_token, old.policy_id, old.routing_id)
     AND new.version <> old.version + 1 THEN
    RAISE EXCEPTION 'case % may only move through escalations.transitions', new.ref USING errcode = '23514';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER case_1_version BEFORE UPDATE ON escalations_case FOR EACH ROW EXECUTE FUNCTION case_version_guard();

-- The head of the chain is asked first: it knows the newest version, and lies on one block that the event has just written.
CREATE FUNCTION case_needs_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF (SELECT version FROM accounts_head WHERE stream = new.id) IS DISTINCT FROM new.version
     AND NOT EXISTS (SELECT 1 FROM accounts_event WHERE stream = new.id AND version = new.version) THEN
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
