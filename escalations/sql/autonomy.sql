-- The AI settles nothing but what is certified, and nothing once its breaker has tripped. Every case type has a breaker.

CREATE FUNCTION breaker_of_type() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO escalations_breaker (case_type_id, state) VALUES (new.id, 'closed');
  RETURN NULL;
END $$;
CREATE TRIGGER casetype_1_breaker AFTER INSERT ON escalations_casetype FOR EACH ROW EXECUTE FUNCTION breaker_of_type();

-- Two statements: the first waits for whoever trips the breaker, ends the certificate or changes the level (each holds the
-- breaker's row FOR UPDATE); the second, begun after that, sees what they committed.
CREATE FUNCTION ai_may_settle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kind bigint;
  standing varchar;
BEGIN
  IF coalesce(current_setting('handrail.shadow', true), '') = 'on' THEN
    RAISE EXCEPTION 'a shadow has no effect: it settles no case' USING errcode = '42501';
  END IF;
  SELECT c.case_type_id, b.state INTO kind, standing
  FROM escalations_case c JOIN escalations_breaker b ON b.case_type_id = c.case_type_id
  WHERE c.id = new.case_id FOR SHARE OF b;
  IF standing IS DISTINCT FROM 'closed' THEN
    RAISE EXCEPTION 'the AI of case type % is stopped', kind USING errcode = '42501';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM escalations_certificate c JOIN escalations_casetype t ON t.id = c.case_type_id
    WHERE t.id = kind AND t.autonomy = 'autonomous' AND c.ended_at IS NULL
      AND c.model_version = new.model_version AND (new.scores ->> 'confidence')::float8 >= c.threshold
  ) THEN
    RAISE EXCEPTION 'no certificate lets the AI settle this case of type %', kind USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER decision_0_autonomy BEFORE INSERT ON escalations_decision FOR EACH ROW
  WHEN (new.verb = 'auto_resolve') EXECUTE FUNCTION ai_may_settle();

-- What was certified stays as it was: a certificate, a proof and a trip only end, once.
CREATE FUNCTION only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ending text[] := tg_argv[0]::text[];
  ended text := tg_argv[1];
BEGIN
  IF tg_op = 'DELETE' OR to_jsonb(new) - ending <> to_jsonb(old) - ending
     OR (to_jsonb(old) ->> ended IS NOT NULL AND to_jsonb(new) <> to_jsonb(old)) THEN
    RAISE EXCEPTION '% is written once and only ends', tg_table_name USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER certificate_once BEFORE UPDATE OR DELETE ON escalations_certificate FOR EACH ROW
  EXECUTE FUNCTION only_ends('{ended_at,why_ended,ended_by_id}', 'ended_at');
CREATE TRIGGER proof_once BEFORE UPDATE OR DELETE ON escalations_proof FOR EACH ROW
  EXECUTE FUNCTION only_ends('{ended_at,latest,looked_at}', 'ended_at');
CREATE TRIGGER trip_once BEFORE UPDATE OR DELETE ON escalations_trip FOR EACH ROW
  EXECUTE FUNCTION only_ends('{resumed_at}', 'resumed_at');
