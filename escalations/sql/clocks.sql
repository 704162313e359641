-- What was promised, and when somebody works, is never edited: a later version takes over (safety T27).
CREATE FUNCTION sla_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'DELETE' THEN
    RAISE EXCEPTION 'a version in % is kept: clocks refer to it', tg_table_name USING errcode = '42501';
  END IF;
  IF old.superseded_at IS NOT NULL OR to_jsonb(new) - 'superseded_at' <> to_jsonb(old) - 'superseded_at' THEN
    RAISE EXCEPTION 'a version in % is never edited; a later one takes over', tg_table_name USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER calendar_1_guard BEFORE UPDATE OR DELETE ON escalations_businesscalendar
  FOR EACH ROW EXECUTE FUNCTION sla_version_guard();
CREATE TRIGGER sla_policy_1_guard BEFORE UPDATE OR DELETE ON escalations_slapolicy
  FOR EACH ROW EXECUTE FUNCTION sla_version_guard();
