-- The triggers and checks go with their functions, everything else with the tables.
DROP FUNCTION ai_may_settle, approval_guard, audit_answer_guard, audit_item_guard, audit_label_guard, audit_once,
  audit_period_guard, backlog_count, breaker_of_type, case_asks, case_judged, case_needs_event, case_places,
  case_version_guard, configuration_changed, decided_stays, decision_guard, is_planted, model_guard, need_of,
  never_from_a_shadow, offers_of_person, only_ends, places_guard, plant_only_ends, plants_of_person, policy_guard,
  policy_needs_two, queue_needs_tier, said_once, shadow_only, sla_version_guard, tier_stays, tree_guard,
  triage_of_no_challenger, written_once CASCADE;
DROP SEQUENCE case_number_seq;
