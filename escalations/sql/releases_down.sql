DROP TRIGGER policy_2_needs_two ON escalations_policyversion;
DROP FUNCTION policy_needs_two();
DROP TRIGGER approval_1_guard ON escalations_approval;
DROP FUNCTION approval_guard();
