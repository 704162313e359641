-- Who writes the head of a stream is asked once a statement, not once a row: a trigger before a row makes the database
-- find and lock that row twice, and the answer is the same for all of them.
DROP TRIGGER ledger_head_1 ON accounts_head;
CREATE TRIGGER ledger_head_1 BEFORE INSERT OR UPDATE ON accounts_head FOR EACH STATEMENT EXECUTE FUNCTION ledger_head_guard();
ALTER TABLE accounts_head ENABLE ALWAYS TRIGGER ledger_head_1;
