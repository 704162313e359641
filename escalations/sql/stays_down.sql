DROP TRIGGER user_1_stays ON accounts_user;
DROP TRIGGER case_4_stays ON escalations_case;
DROP TRIGGER policy_2_stays ON escalations_policyversion;
DROP FUNCTION decided_stays();
