DROP TRIGGER plant_2_copy ON escalations_plant;
DROP TRIGGER plant_1_once ON escalations_plant;
DROP FUNCTION plants_of_person();
DROP FUNCTION plant_only_ends();
ALTER TABLE escalations_plant DROP CONSTRAINT plant_copies_a_real_case;
ALTER TABLE escalations_case DROP CONSTRAINT plant_counts_nowhere;
ALTER TABLE escalations_decision DROP CONSTRAINT plant_is_a_persons;
ALTER TABLE escalations_sighting DROP CONSTRAINT sighting_of_no_plant;
ALTER TABLE escalations_errorgroup DROP CONSTRAINT errors_of_no_plant;
ALTER TABLE escalations_patterncase DROP CONSTRAINT pattern_of_no_plant;
ALTER TABLE escalations_handoffoutcome DROP CONSTRAINT handoff_of_no_plant;
ALTER TABLE escalations_firstanswer DROP CONSTRAINT answer_of_no_plant;
ALTER TABLE escalations_routing DROP CONSTRAINT routing_of_no_plant;
ALTER TABLE escalations_triagerecord DROP CONSTRAINT triage_of_no_plant;
ALTER TABLE escalations_audititem DROP CONSTRAINT item_of_no_plant;
ALTER TABLE escalations_auditdraw DROP CONSTRAINT draw_of_no_plant;
ALTER TABLE escalations_shadowscore DROP CONSTRAINT shadow_of_no_plant;
ALTER TABLE escalations_sample DROP CONSTRAINT sample_of_no_plant;
ALTER TABLE escalations_clock DROP CONSTRAINT clock_of_no_plant;
ALTER TABLE escalations_feedback DROP CONSTRAINT feedback_of_no_plant;
ALTER TABLE escalations_apirequest DROP CONSTRAINT request_of_no_plant;
ALTER TABLE escalations_subtask DROP CONSTRAINT subtask_of_no_plant;
ALTER TABLE escalations_job DROP CONSTRAINT job_of_no_plant;
ALTER TABLE escalations_alert DROP CONSTRAINT alert_of_no_plant;
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
  RETURN new;
END $$;
DROP FUNCTION is_planted(uuid);
