DROP TRIGGER trip_once ON escalations_trip;
DROP TRIGGER proof_once ON escalations_proof;
DROP TRIGGER certificate_once ON escalations_certificate;
DROP FUNCTION only_ends();
DROP TRIGGER decision_0_autonomy ON escalations_decision;
DROP FUNCTION ai_may_settle();
DROP TRIGGER casetype_1_breaker ON escalations_casetype;
DROP FUNCTION breaker_of_type();
