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
