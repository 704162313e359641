-- A planted case (R094) has an id of UUID version 8. Nothing that leaves, counts, teaches or promises can name one: each
-- door to the outside refuses the id by itself, whatever code forgot.

CREATE FUNCTION is_planted(id uuid) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT get_byte(uuid_send(id), 6) >> 4 = 8 $$;

-- What leaves: notifications begin as alerts, effects as jobs; the one job of a planted case tells what was planted.
ALTER TABLE escalations_alert ADD CONSTRAINT alert_of_no_plant CHECK (NOT is_planted(case_id));
ALTER TABLE escalations_job ADD CONSTRAINT job_of_no_plant CHECK (NOT is_planted(case_id) OR kind = 'reveal');
ALTER TABLE escalations_subtask ADD CONSTRAINT subtask_of_no_plant CHECK (NOT is_planted(case_id));
ALTER TABLE escalations_apirequest ADD CONSTRAINT request_of_no_plant CHECK (NOT is_planted(case_id));
ALTER TABLE escalations_feedback ADD CONSTRAINT feedback_of_no_plant CHECK (NOT is_planted(case_id));

-- What promises: clocks, and with them warnings, breaches and penalties.
ALTER TABLE escalations_clock ADD CONSTRAINT clock_of_no_plant CHECK (NOT is_planted(case_id));

-- What teaches and proves: samples, shadows, audits and their labels (each names an item), judgements, rehearsals.
ALTER TABLE escalations_sample ADD CONSTRAINT sample_of_no_plant CHECK (NOT is_planted(case_id));
ALTER TABLE escalations_shadowscore ADD CONSTRAINT shadow_of_no_plant CHECK (NOT is_planted(case_id));
ALTER TABLE escalations_auditdraw ADD CONSTRAINT draw_of_no_plant CHECK (NOT is_planted(case_id));
ALTER TABLE escalations_audititem ADD CONSTRAINT item_of_no_plant CHECK (NOT is_planted(case_id));
ALTER TABLE escalations_triagerecord ADD CONSTRAINT triage_of_no_plant CHECK (NOT is_planted(case_id));
ALTER TABLE escalations_routing ADD CONSTRAINT routing_of_no_plant CHECK (NOT is_planted(case_id));
ALTER TABLE escalations_firstanswer ADD CONSTRAINT answer_of_no_plant CHECK (NOT is_planted(case_id));

-- What counts: handoffs, patterns, errors.
ALTER TABLE escalations_handoffoutcome ADD CONSTRAINT handoff_of_no_plant CHECK (NOT is_planted(case_id));
ALTER TABLE escalations_patterncase ADD CONSTRAINT pattern_of_no_plant CHECK (NOT is_planted(case_id));
ALTER TABLE escalations_errorgroup ADD CONSTRAINT errors_of_no_plant CHECK (NOT is_planted(operations_case_id));
ALTER TABLE escalations_sighting ADD CONSTRAINT sighting_of_no_plant CHECK (NOT is_planted(case_id));

-- The AI settles none. And the case itself: never critical, never closed in the sense of what counts closed cases.
ALTER TABLE escalations_decision ADD CONSTRAINT plant_is_a_persons CHECK (verb <> 'auto_resolve' OR NOT is_planted(case_id));
ALTER TABLE escalations_case ADD CONSTRAINT plant_counts_nowhere CHECK (
  NOT is_planted(id) OR severity > 1 AND closed_at IS NULL AND subtasks_open = 0 AND unaided = 0);
ALTER TABLE escalations_plant ADD CONSTRAINT plant_copies_a_real_case CHECK (
  is_planted(case_id) AND NOT is_planted(original_id));

-- What was planted is written once and only ends.
CREATE FUNCTION plant_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ending text[] := CASE WHEN old.outcome = 'open' THEN ARRAY['outcome', 'verb', 'decided_by_id', 'told_at']
                        WHEN old.seen_at IS NULL THEN ARRAY['seen_at'] ELSE ARRAY[]::text[] END;
BEGIN
  IF tg_op = 'DELETE' OR to_jsonb(new) - ending <> to_jsonb(old) - ending THEN
    RAISE EXCEPTION 'what was planted is written once and only ends' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER plant_1_once BEFORE UPDATE OR DELETE ON escalations_plant FOR EACH ROW EXECUTE FUNCTION plant_only_ends();

-- How many a person has been told of and has not taken note of stands on their row, which every request reads.
CREATE FUNCTION plants_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE accounts_user SET plants_told = (
    SELECT count(*) FROM escalations_plant WHERE decided_by_id = new.decided_by_id AND seen_at IS NULL)
  WHERE id = new.decided_by_id;
  RETURN NULL;
END $$;
CREATE TRIGGER plant_2_copy AFTER UPDATE OF decided_by_id, seen_at ON escalations_plant FOR EACH ROW
  WHEN (new.decided_by_id IS NOT NULL) EXECUTE FUNCTION plants_of_person();
