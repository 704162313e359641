"""Types where a person's word is the point: applications, and actions that an agent wants to take."""

from config.demo.shapes import CaseType, Disposition

RESUME_SCREENING = CaseType(
    slug="resume_screening",
    client="",
    name="Résumé screening",
    channels=("form", "email"),
    default_queue="hr",
    dispositions=(
        Disposition("invited", "Invited"),
        Disposition("kept_on_file", "Kept on file"),
        Disposition("declined", "Declined"),
    ),
    guidance=(
        "Read the application before the AI's summary.",
        "Judge only by the post's criteria; age, family and health are none.",
        "A gap in a life is not a criterion.",
        "Say in the note which criterion decided.",
    ),
    autonomy="suggest",
    human_final_decision=True,
    risk="high",
    sla_minutes=2880,
    threshold=0.99,
    required_fields=("applicant", "post"),
    field_thresholds={"applicant": 0.9, "post": 0.9, "years_experience": 0.85},
    tool_teams={"invite_applicant": "hr", "decline_applicant": "hr"},
    process=("read_application", "check_criteria", "draft_summary"),
    irreversible=("decline_applicant",),
    undo_seconds=60,
    weight=3,
)

AGENT_ACTION = CaseType(
    slug="agent_action",
    client="",
    name="Agent action",
    channels=("action", "api"),
    default_queue="supervisors",
    dispositions=(
        Disposition("action_allowed", "Allowed"),
        Disposition("action_changed", "Allowed with changes"),
        Disposition("action_refused", "Refused"),
    ),
    guidance=(
        "Read the exact arguments; you approve these and no others.",
        "Compare the amount with the limit and with what the customer asked for.",
        "When in doubt, refuse: silence never approves.",
    ),
    autonomy="supervised",
    risk="medium",
    sla_minutes=60,
    threshold=0.9,
    required_fields=("action", "amount"),
    field_thresholds={"amount": 0.9},
    tool_teams={
        "issue_credit": "billing",
        "refund_payment": "billing",
        "reroute_shipment": "operations",
        "cancel_consignment": "supervisors",
    },
    irreversible=("refund_payment", "cancel_consignment"),
    limits={"high_impact_amount": 250.0, "credit_limit": 50.0},
    undo_seconds=30,
    weight=2,
)

DECISIONS = (RESUME_SCREENING, AGENT_ACTION)
