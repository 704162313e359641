DROP TRIGGER case_0_judged ON escalations_case;
DROP FUNCTION case_judged();
