-- The words in a planted case are those of somebody whose case it copies: what is changed or taken out there is changed
-- or taken out here in the same statement, whoever does it. What people decide of the copy is found by its `original_id`.
-- What was wrong in it is forgotten with the words, and nobody is asked to find it any more.

CREATE OR REPLACE FUNCTION plant_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ending text[] := CASE WHEN old.outcome = 'open' THEN ARRAY['outcome', 'verb', 'decided_by_id', 'told_at']
                        WHEN old.seen_at IS NULL THEN ARRAY['seen_at'] ELSE ARRAY[]::text[] END;
BEGIN
  IF new."right" = '' THEN
    ending := ending || ARRAY['shown', 'right', 'withdraw_at'];
  END IF;
  IF tg_op = 'DELETE' OR to_jsonb(new) - ending <> to_jsonb(old) - ending THEN
    RAISE EXCEPTION 'what was planted is written once and only ends' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;

CREATE FUNCTION plant_forgets(original uuid) RETURNS void LANGUAGE sql AS $$
  UPDATE escalations_plant SET shown = 'taken out', "right" = '', withdraw_at = least(withdraw_at, statement_timestamp())
  WHERE original_id = original AND "where" = 'field' AND "right" <> ''
$$;

CREATE FUNCTION plant_follows_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'DELETE' THEN
    DELETE FROM escalations_message m USING escalations_plant p
    WHERE p.original_id = old.case_id AND m.case_id = p.case_id AND m.position = old.position;
  ELSE
    UPDATE escalations_message m SET text = new.text FROM escalations_plant p
    WHERE p.original_id = old.case_id AND m.case_id = p.case_id AND m.position = old.position;
  END IF;
  IF found THEN
    PERFORM plant_forgets(old.case_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER message_1_plants_follow AFTER UPDATE OF text ON escalations_message FOR EACH ROW
  WHEN (old.text IS DISTINCT FROM new.text) EXECUTE FUNCTION plant_follows_words();
CREATE TRIGGER message_2_plants_follow AFTER DELETE ON escalations_message FOR EACH ROW
  EXECUTE FUNCTION plant_follows_words();

CREATE FUNCTION plant_follows_fields() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE escalations_extractedfield f SET value = new.value FROM escalations_plant p
  WHERE p.original_id = old.case_id AND f.case_id = p.case_id AND f.position = old.position;
  IF found THEN
    PERFORM plant_forgets(old.case_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER field_1_plants_follow AFTER UPDATE OF value ON escalations_extractedfield FOR EACH ROW
  WHEN (old.value IS DISTINCT FROM new.value) EXECUTE FUNCTION plant_follows_fields();

CREATE FUNCTION plant_follows_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE escalations_case c SET subject = new.subject, customer = new.customer FROM escalations_plant p
  WHERE p.original_id = old.id AND c.id = p.case_id;
  RETURN NULL;
END $$;
CREATE TRIGGER case_6_plants_follow AFTER UPDATE OF subject, customer ON escalations_case FOR EACH ROW
  WHEN ((old.subject, old.customer) IS DISTINCT FROM (new.subject, new.customer)) EXECUTE FUNCTION plant_follows_case();
