DROP TRIGGER case_6_plants_follow ON escalations_case;
DROP FUNCTION plant_follows_case();
DROP TRIGGER field_1_plants_follow ON escalations_extractedfield;
DROP FUNCTION plant_follows_fields();
DROP TRIGGER message_2_plants_follow ON escalations_message;
DROP TRIGGER message_1_plants_follow ON escalations_message;
DROP FUNCTION plant_follows_words();
DROP FUNCTION plant_forgets(uuid);

CREATE OR REPLACE FUNCTION plant_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ending text[] := CASE WHEN old.outcome = 'open' THEN ARRAY['outcome', 'verb', 'decided_by_id', 'told_at']
                        WHEN old.seen_at IS NULL THEN ARRAY['seen_at'] ELSE ARRAY[]::text[] END;
BEGIN
  IF tg_op = 'DELETE' OR to_jsonb(new) - ending <> to_jsonb(old) - ending THEN
    RAISE EXCEPTION 'what was planted is written once and only ends' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
