-- Who decided, under which policy and on which case was read in the transaction that writes it, so the rows are not looked
-- up and locked again at every commit (19 blocks a decision). What a foreign key forbids besides, taking away a row that
-- others name, is forbidden here, where it costs a decision nothing.

CREATE FUNCTION decided_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE named boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM escalations_decision WHERE %I = $1)', tg_argv[0]) INTO named USING old.id;
  IF NOT named AND tg_table_name = 'accounts_user' THEN
    named := EXISTS (SELECT 1 FROM escalations_hold WHERE holder_id = old.id);
  END IF;
  IF named THEN
    RAISE EXCEPTION 'row % of % is named by decisions or cases and stays', old.id, tg_table_name USING errcode = '23503';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER user_1_stays AFTER DELETE OR UPDATE OF id ON accounts_user
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION decided_stays('user_id');
CREATE CONSTRAINT TRIGGER case_4_stays AFTER DELETE OR UPDATE OF id ON escalations_case
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION decided_stays('case_id');
CREATE CONSTRAINT TRIGGER policy_2_stays AFTER DELETE OR UPDATE OF id ON escalations_policyversion
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION decided_stays('policy_id');
