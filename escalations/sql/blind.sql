-- Which case somebody audits blind stands on their row, which every request reads: it is not there for them until they
-- have answered or given it back, in whatever sign-in, and also when the time that it is kept for them has run out (R087).

CREATE FUNCTION audit_keeps_blind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE accounts_user SET auditing = NULL WHERE id = old.holder_id AND auditing = new.case_id;
  UPDATE accounts_user SET auditing = new.case_id WHERE id = new.holder_id;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_item_2_blind AFTER UPDATE OF holder_id ON escalations_audititem FOR EACH ROW
  WHEN (old.holder_id IS DISTINCT FROM new.holder_id) EXECUTE FUNCTION audit_keeps_blind();
UPDATE accounts_user u SET auditing = i.case_id FROM escalations_audititem i WHERE i.holder_id = u.id;
