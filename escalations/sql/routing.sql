-- What a case asks of whoever works it follows from its queue, type, category and sensitivity, whoever moves it.

CREATE TRIGGER need_once BEFORE UPDATE ON escalations_need FOR EACH ROW EXECUTE FUNCTION written_once();

-- The number of the combination, made where it is new; 0 when nothing in particular is asked for. Where several ask
-- for one skill the highest level counts; a sensitive case asks for experience in each (R036).
CREATE FUNCTION need_of(queue bigint, type bigint, category text, sensitive boolean) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  asked varchar[];
  found integer;
BEGIN
  SELECT array_agg(skill || ':' || CASE WHEN sensitive THEN 3 ELSE level END ORDER BY skill) INTO asked FROM (
    SELECT e.key AS skill, max(e.value::int) AS level FROM (
      SELECT q.skills AS asks FROM escalations_queue q WHERE q.id = queue
      UNION ALL SELECT t.skills FROM escalations_casetype t WHERE t.id = type
      UNION ALL SELECT t.category_skills -> category FROM escalations_casetype t WHERE t.id = type
    ) a, jsonb_each_text(coalesce(a.asks, '{}')) e GROUP BY e.key
  ) s;
  IF asked IS NULL THEN
    RETURN 0;
  END IF;
  SELECT id INTO found FROM escalations_need WHERE skills = asked;
  IF found IS NULL THEN
    INSERT INTO escalations_need (skills) VALUES (asked) ON CONFLICT DO NOTHING;
    SELECT id INTO found FROM escalations_need WHERE skills = asked;
  END IF;
  RETURN found;
END $$;

CREATE FUNCTION case_asks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  new.need = need_of(new.queue_id, new.case_type_id, new.category, new.senior_only);
  SELECT effort INTO new.effort FROM escalations_casetype WHERE id = new.case_type_id;
  RETURN new;
END $$;
CREATE TRIGGER case_0_asks BEFORE UPDATE OF queue_id, category, senior_only ON escalations_case FOR EACH ROW
  WHEN (new.queue_id IS NOT NULL AND (new.queue_id, new.category, new.senior_only)
        IS DISTINCT FROM (old.queue_id, old.category, old.senior_only))
  EXECUTE FUNCTION case_asks();

-- How many cases are held out to a person stands on their row, which every request reads: claiming asks no more.
CREATE FUNCTION offers_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE accounts_user SET offers_open = (SELECT count(*) FROM escalations_offer WHERE user_id = new.user_id AND outcome = '')
  WHERE id = new.user_id;
  RETURN NULL;
END $$;
CREATE TRIGGER offer_1_copy AFTER INSERT OR UPDATE OF outcome ON escalations_offer
  FOR EACH ROW EXECUTE FUNCTION offers_of_person();
