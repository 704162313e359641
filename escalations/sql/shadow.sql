-- A shadow moves no case and settles none; and what a challenger says is no case's triage, in whatever transaction.
-- In functions that are asked anyway: a move and a settlement pay a comparison, and no further trigger.

CREATE OR REPLACE FUNCTION case_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION ai_may_settle() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION triage_of_no_challenger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('handrail.shadow', true), '') = 'on' OR EXISTS (
    SELECT 1 FROM escalations_modelversion
    WHERE version = new.model_version AND state IN ('challenger', 'refused')
  ) THEN
    RAISE EXCEPTION 'model % judges in shadow alone: that is no triage', new.model_version USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER triage_0_no_shadow BEFORE INSERT ON escalations_triagerecord FOR EACH ROW
  EXECUTE FUNCTION triage_of_no_challenger();
