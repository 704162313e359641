-- What a lesson says changes only with a new version that is kept, its state only moves forward, and nothing of it is
-- deleted: its text may be erased, all of it at once (R097). A planted case teaches nothing (R094).
ALTER TABLE reviews_lesson ADD CONSTRAINT lesson_of_no_plant CHECK (NOT is_planted(case_id));

CREATE FUNCTION lesson_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  says text[] := ARRAY['title', 'happened', 'learned', 'reasons', 'error_type', 'pattern_id', 'policy_draft_id'];
  goes text[] := ARRAY['version', 'state', 'published_by_id', 'published_at', 'retired_by_id', 'retired_at', 'erased_at'];
BEGIN
  IF tg_op = 'DELETE' THEN
    RAISE EXCEPTION 'a lesson is retired, never deleted' USING errcode = '42501';
  END IF;
  IF to_jsonb(new) - says - goes <> to_jsonb(old) - says - goes THEN
    RAISE EXCEPTION 'where a lesson comes from does not change' USING errcode = '42501';
  END IF;
  IF new.state <> old.state AND NOT (old.state = 'draft' OR old.state = 'published' AND new.state = 'retired') THEN
    RAISE EXCEPTION 'a lesson does not go back from % to %', old.state, new.state USING errcode = '42501';
  END IF;
  IF to_jsonb(new) - goes <> to_jsonb(old) - goes AND new.version <> old.version + 1
     AND new.erased_at IS NULL THEN
    RAISE EXCEPTION 'a lesson says something else only in a new version' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;

CREATE TRIGGER lesson_1_moves_on BEFORE UPDATE OR DELETE ON reviews_lesson
  FOR EACH ROW EXECUTE FUNCTION lesson_moves_on();

CREATE FUNCTION lesson_text_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  texts text[] := ARRAY['title', 'happened', 'learned', 'salt'];
BEGIN
  IF tg_op = 'DELETE' OR to_jsonb(new) - texts <> to_jsonb(old) - texts
     OR new.title || new.happened || new.learned <> '' OR length(new.salt) > 0 THEN
    RAISE EXCEPTION 'a version of a lesson is written once' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER lesson_text_1_once BEFORE UPDATE OR DELETE ON reviews_lessontext
  FOR EACH ROW EXECUTE FUNCTION lesson_text_once();

-- What a role was told of a week is not told otherwise later (R098).
CREATE TRIGGER digest_1_once BEFORE UPDATE OR DELETE ON reviews_digest FOR EACH ROW EXECUTE FUNCTION said_once();
