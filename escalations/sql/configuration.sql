-- Processes keep what cases are judged by. A new stamp with each change of it tells them, with the change itself, that
-- what they keep is old: whoever sees the change sees the stamp, and nobody sees it earlier.
CREATE FUNCTION configuration_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO escalations_stamp (id, value) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET value = excluded.value;
  RETURN NULL;
END $$;
CREATE TRIGGER client_8_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON accounts_client
  FOR EACH STATEMENT EXECUTE FUNCTION configuration_changed();
CREATE TRIGGER aiagent_8_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON accounts_aiagent
  FOR EACH STATEMENT EXECUTE FUNCTION configuration_changed();
CREATE TRIGGER queue_8_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON escalations_queue
  FOR EACH STATEMENT EXECUTE FUNCTION configuration_changed();
CREATE TRIGGER casetype_8_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON escalations_casetype
  FOR EACH STATEMENT EXECUTE FUNCTION configuration_changed();
CREATE TRIGGER tierrule_8_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON escalations_tierrule
  FOR EACH STATEMENT EXECUTE FUNCTION configuration_changed();
INSERT INTO escalations_stamp (id, value) VALUES (1, gen_random_uuid());
