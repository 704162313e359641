DROP TRIGGER calendar_1_guard ON escalations_businesscalendar;
DROP TRIGGER sla_policy_1_guard ON escalations_slapolicy;
DROP FUNCTION sla_version_guard();
