-- What a challenger says is no case's triage, in whatever transaction. (A shadow moves no case and settles none: walls.sql,
-- autonomy.sql; nothing of it leaves: learning.sql.)
CREATE FUNCTION triage_of_no_challenger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('handrail.shadow', true), '') = 'on' OR EXISTS (
    SELECT 1 FROM escalations_modelversion
    WHERE version = new.model_version AND state IN ('challenger', 'refused')
  ) THEN
    RAISE EXCEPTION 'model % judges in shadow alone: that is no triage', new.model_version USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER triage_0_no_shadow BEFORE INSERT ON escalations_triagerecord FOR EACH ROW
  EXECUTE FUNCTION triage_of_no_challenger();
