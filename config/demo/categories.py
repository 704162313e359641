"""The categories that the shipped triage model knows, each with the queue and risk it suggests."""

from config.demo.shapes import Category

CATEGORIES = (
    Category("billing_dispute", "Billing dispute", "billing", "high"),
    Category("duplicate_charge", "Charged twice", "billing", "high"),
    Category("refund_request", "Refund request", "billing", "medium"),
    Category("delivery_delay", "Late delivery", "operations", "medium"),
    Category("damaged_goods", "Damaged goods", "operations", "medium"),
    Category("suspicious_payment", "Suspicious payment", "compliance", "high"),
    Category("invoice_match", "Invoice matches its order", "billing", "low"),
    Category("invoice_mismatch", "Invoice mismatch", "billing", "medium"),
    Category("payment_reminder", "Payment reminder", "collections", "low"),
    Category("payment_plan", "Payment plan", "collections", "medium"),
    Category("account_access", "Account access", "frontline", "low"),
    Category("technical_fault", "Technical fault", "engineering", "medium"),
    Category("faq_general", "General question", "frontline", "low"),
    Category("faq_opening_hours", "Opening hours", "frontline", "low"),
    Category("order_status", "Order status", "operations", "low"),
    Category("contract_change", "Contract change", "frontline", "medium"),
    Category("cancellation", "Cancellation", "frontline", "medium"),
    Category("complaint_service", "Complaint about service", "quality", "medium"),
    Category("regulatory_complaint", "Complaint with regulatory impact", "compliance", "high"),
    Category("resume_application", "Job application", "hr", "high"),
    Category("data_correction", "Correction of personal data", "frontline", "low"),
    Category("agent_action_request", "Action by an AI agent", "supervisors", "medium"),
)

OUT_OF_SCOPE = "oos"
"""The training label of texts that fit no category."""
