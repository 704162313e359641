DROP TRIGGER audit_label_1_guard ON escalations_blindlabel;
DROP FUNCTION audit_label_guard();
