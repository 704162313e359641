DROP TRIGGER queue_1_tier ON escalations_queue;
DROP TRIGGER tier_1_stays ON escalations_tierrule;
DROP TRIGGER tree_1_guard ON escalations_decisiontree;
DROP FUNCTION queue_needs_tier();
DROP FUNCTION tier_stays();
DROP FUNCTION tree_guard();
