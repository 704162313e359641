-- More for the AI takes two people, whoever has the tables at hand and whatever code forgot (R129): a level that rises, and
-- a breaker that closes, stand on a step that two of them approved for their two sides and that was taken just now.

CREATE FUNCTION two_approved(step bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT count(DISTINCT by_id) >= 2 AND count(DISTINCT side) >= 2 FROM escalations_stepapproval WHERE step_id = step
$$;

CREATE FUNCTION level_needs_two() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE levels text[] := ARRAY['off', 'suggest', 'supervised', 'autonomous'];
BEGIN
  IF array_position(levels, new.autonomy::text) > array_position(levels, old.autonomy::text) AND NOT EXISTS (
    SELECT 1 FROM escalations_stepup s WHERE s.case_type_id = new.id AND s.kind = 'up' AND s.level = new.autonomy
      AND s.state = 'done' AND s.ended_at >= transaction_timestamp() AND two_approved(s.id)) THEN
    RAISE EXCEPTION 'two people give the AI of case type % more to do', new.id USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER casetype_2_two_people BEFORE UPDATE OF autonomy ON escalations_casetype FOR EACH ROW
  WHEN (old.autonomy IS DISTINCT FROM new.autonomy) EXECUTE FUNCTION level_needs_two();

CREATE FUNCTION going_on_needs_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM escalations_stepup s WHERE s.case_type_id = old.case_type_id AND s.kind = 'resume'
      AND s.trip_id = old.trip_id AND s.state = 'done' AND s.ended_at >= transaction_timestamp() AND two_approved(s.id)
  ) THEN
    RAISE EXCEPTION 'two people let the AI of case type % go on', old.case_type_id USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER breaker_1_two_people BEFORE UPDATE ON escalations_breaker FOR EACH ROW
  WHEN (old.state = 'tripped' AND (new.state <> 'tripped' OR new.trip_id IS DISTINCT FROM old.trip_id))
  EXECUTE FUNCTION going_on_needs_two();

CREATE FUNCTION written_once_or_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an approval is written once' USING errcode = '42501';
END $$;
CREATE TRIGGER step_approval_once BEFORE UPDATE OR DELETE ON escalations_stepapproval FOR EACH ROW
  EXECUTE FUNCTION written_once_or_gone();

-- Who wrote any of a draft approves none of it: so nobody leaves the list of its authors.
CREATE FUNCTION draft_keeps_authors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT new.author_ids @> old.author_ids OR new.author_id IS DISTINCT FROM old.author_id THEN
    RAISE EXCEPTION 'a draft keeps its authors' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER draft_1_authors BEFORE UPDATE OF author_ids, author_id ON escalations_policydraft FOR EACH ROW
  EXECUTE FUNCTION draft_keeps_authors();
