DROP TRIGGER client_8_stamp ON accounts_client;
DROP TRIGGER aiagent_8_stamp ON accounts_aiagent;
DROP TRIGGER queue_8_stamp ON escalations_queue;
DROP TRIGGER casetype_8_stamp ON escalations_casetype;
DROP TRIGGER tierrule_8_stamp ON escalations_tierrule;
DROP FUNCTION configuration_changed();
DELETE FROM escalations_stamp;
