DROP TRIGGER ledger_1_link ON accounts_event;
DROP TRIGGER ledger_2_refuse ON accounts_event;
DROP TRIGGER ledger_3_refuse ON accounts_event;
DROP TRIGGER ledger_head_1 ON accounts_head;
DROP TRIGGER ledger_head_2 ON accounts_head;
DROP TRIGGER ledger_head_3 ON accounts_head;
DROP FUNCTION ledger_link();
DROP FUNCTION ledger_refuse();
DROP FUNCTION ledger_head_guard();
