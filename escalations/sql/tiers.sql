-- Every queue has a tier rule, everybody's three tiers stay, and a tree that was ever live never changes.

CREATE FUNCTION queue_needs_tier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM escalations_tierrule WHERE client_id IS NULL AND number = new.tier) THEN
    RAISE EXCEPTION 'queue % stands on tier %, which has no owner and timer', new.slug, new.tier USING errcode = '23514';
  END IF;
  IF new.raises_to_id IS NOT NULL AND NOT EXISTS
     (SELECT 1 FROM escalations_queue WHERE id = new.raises_to_id AND tier > new.tier) THEN
    RAISE EXCEPTION 'queue % can only raise to a queue of a higher tier', new.slug USING errcode = '23514';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER queue_1_tier AFTER INSERT OR UPDATE OF tier, raises_to_id ON escalations_queue
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION queue_needs_tier();

CREATE FUNCTION tier_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'tier % is everybody''s and stays', old.number USING errcode = '23514';
END $$;
CREATE TRIGGER tier_1_stays BEFORE DELETE ON escalations_tierrule FOR EACH ROW WHEN (old.client_id IS NULL)
  EXECUTE FUNCTION tier_stays();

CREATE FUNCTION tree_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF old.live_from IS NOT NULL AND (tg_op = 'DELETE' OR
     (new.document, new.number, new.client_id, new.case_type_id, new.live_from) IS DISTINCT FROM
     (old.document, old.number, old.client_id, old.case_type_id, old.live_from)) THEN
    RAISE EXCEPTION 'tree v% has been in force and cannot change', old.number USING errcode = '42501';
  END IF;
  RETURN coalesce(new, old);
END $$;
CREATE TRIGGER tree_1_guard BEFORE UPDATE OR DELETE ON escalations_decisiontree
  FOR EACH ROW EXECUTE FUNCTION tree_guard();
