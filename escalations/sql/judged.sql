-- Which model judged a case, and from what, stands on the case: every decision keeps both and reads nothing else of a triage.
CREATE FUNCTION case_judged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT model_version, inputs_hash INTO new.model_version, new.inputs_hash
  FROM escalations_triagerecord WHERE id = new.triage_id;
  new.model_version := coalesce(new.model_version, '');
  new.inputs_hash := coalesce(new.inputs_hash, '');
  RETURN new;
END $$;
CREATE TRIGGER case_0_judged BEFORE UPDATE OF triage_id ON escalations_case FOR EACH ROW
  WHEN (new.triage_id IS DISTINCT FROM old.triage_id) EXECUTE FUNCTION case_judged();
