DROP TRIGGER audit_item_2_blind ON escalations_audititem;
DROP FUNCTION audit_keeps_blind();
