-- Nobody decides from a shadow either, nor is a decision made final there, nor work begun that has an effect later: all
-- that is due is a job, and the shadow's own next stretch is the only one that it may ask for.
-- The trigger that stood before the AI's decisions asks for people's too: no decision pays for one more.

DROP TRIGGER decision_0_autonomy ON escalations_decision;
CREATE TRIGGER decision_0_autonomy BEFORE INSERT ON escalations_decision FOR EACH ROW
  WHEN (new.verb = 'auto_resolve' OR current_setting('handrail.shadow', true) = 'on') EXECUTE FUNCTION ai_may_settle();

CREATE TRIGGER decision_0_no_shadow BEFORE UPDATE ON escalations_decision FOR EACH ROW
  WHEN (current_setting('handrail.shadow', true) = 'on') EXECUTE FUNCTION never_from_a_shadow();
CREATE TRIGGER job_0_no_shadow BEFORE INSERT ON escalations_job FOR EACH ROW
  WHEN (new.kind <> 'shadow' AND current_setting('handrail.shadow', true) = 'on') EXECUTE FUNCTION never_from_a_shadow();
