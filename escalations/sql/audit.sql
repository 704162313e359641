-- What was drawn, answered and concluded stays; an audit only moves forward; a seed opens only as it was committed.

CREATE FUNCTION audit_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once: % refused', tg_table_name, tg_op USING errcode = '42501';
END $$;
CREATE TRIGGER audit_draw_once BEFORE UPDATE OR DELETE ON escalations_auditdraw FOR EACH ROW EXECUTE FUNCTION audit_once();
CREATE TRIGGER audit_answer_once BEFORE UPDATE OR DELETE ON escalations_auditanswer FOR EACH ROW EXECUTE FUNCTION audit_once();
CREATE TRIGGER audit_grade_once BEFORE UPDATE OR DELETE ON escalations_auditgrade FOR EACH ROW EXECUTE FUNCTION audit_once();
CREATE TRIGGER audit_skip_once BEFORE UPDATE OR DELETE ON escalations_auditskip FOR EACH ROW EXECUTE FUNCTION audit_once();
CREATE TRIGGER audit_label_once BEFORE UPDATE OR DELETE ON escalations_blindlabel FOR EACH ROW EXECUTE FUNCTION audit_once();

CREATE FUNCTION audit_item_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE way text[] := ARRAY['open', 'second', 'disputed', 'done']; moving text[] := ARRAY['state', 'verdict', 'holder_id', 'lease_until', 'done_at'];
BEGIN
  IF tg_op = 'DELETE' THEN
    RAISE EXCEPTION 'an audit is never deleted' USING errcode = '42501';
  END IF;
  IF old.state = 'done' OR to_jsonb(new) - moving <> to_jsonb(old) - moving
     OR array_position(way, new.state::text) < array_position(way, old.state::text) THEN
    RAISE EXCEPTION 'an audit only moves forward' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER audit_item_1_guard BEFORE UPDATE OR DELETE ON escalations_audititem FOR EACH ROW EXECUTE FUNCTION audit_item_guard();

CREATE FUNCTION audit_period_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE opened text[] := ARRAY['seed', 'revealed_at', 'revealed_by_id'];
BEGIN
  IF tg_op = 'DELETE' THEN
    RAISE EXCEPTION 'a committed draw is never deleted' USING errcode = '42501';
  END IF;
  IF old.revealed_at IS NOT NULL OR to_jsonb(new) - opened <> to_jsonb(old) - opened THEN
    RAISE EXCEPTION 'a committed draw never changes' USING errcode = '42501';
  END IF;
  IF new.ends_at > statement_timestamp() OR encode(sha256(decode(new.seed, 'hex')), 'hex') <> old.commitment THEN
    RAISE EXCEPTION 'only the committed seed is revealed, and only when its week is over' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER audit_period_1_guard BEFORE UPDATE OR DELETE ON escalations_auditperiod FOR EACH ROW EXECUTE FUNCTION audit_period_guard();

-- Nobody audits a case they had a hand in: any line of theirs in its trail, but for audits, or watching over it.
CREATE FUNCTION audit_answer_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE audited uuid;
BEGIN
  SELECT case_id INTO audited FROM escalations_audititem WHERE id = new.item_id;
  IF EXISTS (SELECT 1 FROM accounts_event WHERE stream = audited AND actor_kind = 'human' AND actor_id = new.user_id::text
             AND kind NOT LIKE 'audit.%')
     OR EXISTS (SELECT 1 FROM escalations_case WHERE id = audited AND overseer_id = new.user_id) THEN
    RAISE EXCEPTION 'nobody audits a case they had a hand in' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER audit_answer_1_hands BEFORE INSERT ON escalations_auditanswer FOR EACH ROW EXECUTE FUNCTION audit_answer_guard();

-- A blind label says what its audit concluded, with the score and the chance of its draw: it certifies autonomy, so
-- nothing else may make one.
CREATE FUNCTION audit_label_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM escalations_audititem i JOIN escalations_auditdraw d ON d.id = i.draw_id
    WHERE i.id = new.item_id AND i.state = 'done' AND (i.verdict = 'wrong') = new.wrong
      AND (d.arm = 'settled') = new.settled AND (d.case_type_id, d.score, d.probability, d.model_version)
        IS NOT DISTINCT FROM (new.case_type_id, new.score, new.probability, new.model_version)) THEN
    RAISE EXCEPTION 'a label says what its audit concluded' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER audit_label_1_guard BEFORE INSERT ON escalations_blindlabel FOR EACH ROW EXECUTE FUNCTION audit_label_guard();
