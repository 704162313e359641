DROP TRIGGER job_0_no_shadow ON escalations_job;
DROP TRIGGER decision_0_no_shadow ON escalations_decision;
DROP TRIGGER decision_0_autonomy ON escalations_decision;
CREATE TRIGGER decision_0_autonomy BEFORE INSERT ON escalations_decision FOR EACH ROW
  WHEN (new.verb = 'auto_resolve') EXECUTE FUNCTION ai_may_settle();
