DROP TRIGGER offer_1_copy ON escalations_offer;
DROP FUNCTION offers_of_person();
DROP TRIGGER case_0_asks ON escalations_case;
DROP FUNCTION case_asks();
DROP FUNCTION need_of(bigint, bigint, text, boolean);
DROP TRIGGER need_once ON escalations_need;
