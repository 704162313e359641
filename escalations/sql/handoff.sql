-- What a customer said, and what a person answered before they saw the AI's answer, is written once (R094, R099).

CREATE FUNCTION said_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once', tg_table_name USING errcode = '42501';
END $$;
CREATE TRIGGER feedback_once BEFORE UPDATE OR DELETE ON escalations_feedback FOR EACH ROW EXECUTE FUNCTION said_once();
CREATE TRIGGER first_answer_once BEFORE UPDATE OR DELETE ON escalations_firstanswer
  FOR EACH ROW EXECUTE FUNCTION said_once();
