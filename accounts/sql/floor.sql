-- What every request needs to know of a person stands on their own row; these keep it true whoever writes.

CREATE FUNCTION skills_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE accounts_user u SET skills = (
    SELECT coalesce(array_agg(s.slug || ':' || l ORDER BY s.slug, l), '{}')
    FROM accounts_proficiency p JOIN accounts_skill s ON s.id = p.skill_id, generate_series(1, p.level) l
    WHERE p.user_id = u.id)
  WHERE u.id IN (CASE WHEN tg_op <> 'INSERT' THEN old.user_id END, CASE WHEN tg_op <> 'DELETE' THEN new.user_id END);
  RETURN NULL;
END $$;
CREATE TRIGGER proficiency_1_copy AFTER INSERT OR UPDATE OR DELETE ON accounts_proficiency
  FOR EACH ROW EXECUTE FUNCTION skills_of_person();

CREATE FUNCTION skill_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the slug of skill % never changes: cases are matched by it', old.slug USING errcode = '23514';
END $$;
CREATE TRIGGER skill_1_slug BEFORE UPDATE OF slug ON accounts_skill FOR EACH ROW
  WHEN (old.slug IS DISTINCT FROM new.slug) EXECUTE FUNCTION skill_guard();

CREATE FUNCTION presence_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE accounts_user SET presence = new.state,
    on_break_since = CASE WHEN new.state IN ('available', 'busy') THEN NULL ELSE new.since END
  WHERE id = new.user_id;
  RETURN NULL;
END $$;
CREATE TRIGGER presence_1_copy_new AFTER INSERT ON accounts_presence
  FOR EACH ROW EXECUTE FUNCTION presence_of_person();
CREATE TRIGGER presence_1_copy_changed AFTER UPDATE OF state, since ON accounts_presence FOR EACH ROW
  WHEN ((old.state, old.since) IS DISTINCT FROM (new.state, new.since)) EXECUTE FUNCTION presence_of_person();
