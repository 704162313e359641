DROP TRIGGER ledger_head_1 ON accounts_head;
CREATE TRIGGER ledger_head_1 BEFORE INSERT OR UPDATE ON accounts_head FOR EACH ROW EXECUTE FUNCTION ledger_head_guard();
ALTER TABLE accounts_head ENABLE ALWAYS TRIGGER ledger_head_1;
