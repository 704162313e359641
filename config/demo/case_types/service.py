"""Types about the service itself: late, damaged, broken, cancelled, complained about."""

from config.demo.shapes import CaseType, Disposition

DELAYED_SHIPMENT = CaseType(
    slug="delayed_shipment",
    client="",
    name="Delayed shipment",
    channels=("email", "chat", "form", "api"),
    default_queue="operations",
    dispositions=(
        Disposition("new_date_given", "New date given"),
        Disposition("rerouted", "Rerouted"),
        Disposition("claim_opened", "Claim opened"),
    ),
    guidance=(
        "Ask the carrier before you name a day.",
        "Say what is known, then when you will write again.",
        "More than five days late: offer the claim form.",
    ),
    suggested_reply="I have asked the carrier and this is where your consignment is:",
    autonomy="supervised",
    risk="medium",
    sla_minutes=120,
    threshold=0.85,
    required_fields=("tracking_number",),
    field_thresholds={"tracking_number": 0.9, "promised_date": 0.8},
    tool_teams={"reroute_shipment": "operations", "issue_credit": "billing", "open_claim": "operations"},
    limits={"high_impact_amount": 1000.0},
    weight=2,
)

DAMAGED_GOODS = CaseType(
    slug="damaged_goods",
    client="",
    name="Damage claim",
    channels=("email", "form"),
    default_queue="operations",
    dispositions=(
        Disposition("claim_paid", "Claim paid"),
        Disposition("replacement", "Replacement sent"),
        Disposition("claim_refused", "Claim refused"),
        Disposition("photos_needed", "Photos asked for"),
    ),
    guidance=(
        "Photos of the parcel and of the goods, both.",
        "Was the damage noted on delivery?",
        "Value above 1000 goes to an expert.",
    ),
    suggested_reply="I am sorry that it arrived like this. I have opened a claim.",
    risk="medium",
    sla_minutes=240,
    threshold=0.9,
    required_fields=("tracking_number", "claim_value"),
    field_thresholds={"tracking_number": 0.9, "claim_value": 0.9},
    tool_teams={"pay_claim": "billing", "send_replacement": "operations"},
    irreversible=("pay_claim",),
    limits={"high_impact_amount": 1000.0},
    weight=2,
)

TECHNICAL_FAULT = CaseType(
    slug="technical_fault",
    client="",
    name="Technical fault",
    channels=("chat", "email", "form"),
    default_queue="engineering",
    dispositions=(
        Disposition("fixed_remote", "Fixed from here"),
        Disposition("visit_booked", "Visit booked"),
        Disposition("known_outage", "Part of a known outage"),
    ),
    guidance=(
        "Frontline first: power, cable, restart, line test.",
        "Look for an outage in the same area before you book a visit.",
        "Not solved in an hour: senior engineers.",
    ),
    suggested_reply="I ran a line test just now. This is what it shows:",
    autonomy="supervised",
    risk="medium",
    sla_minutes=60,
    threshold=0.85,
    required_fields=("account_number",),
    field_thresholds={"account_number": 0.85},
    tool_teams={"reset_line": "engineering", "book_visit": "engineering", "issue_credit": "billing"},
    limits={"repeated_errors_limit": 5.0},
    weight=2,
)

OUTAGE = CaseType(
    slug="outage",
    client="",
    name="Outage",
    channels=("chat", "email", "form", "api"),
    default_queue="frontline",
    dispositions=(
        Disposition("restored", "Service restored"),
        Disposition("part_of_known", "Part of a known outage"),
        Disposition("crew_sent", "Crew sent"),
    ),
    guidance=(
        "Look at the outage map first: is this street on it?",
        "Tell the customer what is known and when you write again.",
        "Not solved when your tier's time is over: it is the engineers'.",
    ),
    suggested_reply="I see the outage in your street. This is what we know so far:",
    autonomy="supervised",
    risk="medium",
    sla_minutes=60,
    threshold=0.85,
    required_fields=("account_number",),
    field_thresholds={"account_number": 0.85},
    tool_teams={"send_crew": "engineering"},
    weight=2,
)

CANCELLATION = CaseType(
    slug="cancellation",
    client="",
    name="Cancellation or contract change",
    channels=("email", "form", "chat"),
    default_queue="frontline",
    dispositions=(
        Disposition("cancelled", "Cancelled"),
        Disposition("kept", "Customer stays"),
        Disposition("changed", "Contract changed"),
        Disposition("too_early", "Inside the minimum term"),
    ),
    guidance=(
        "Confirm the end date in writing.",
        "Ask once why, never twice.",
        "A bereavement is never a retention call.",
    ),
    suggested_reply="I have your request. The contract ends on",
    autonomy="supervised",
    risk="medium",
    sla_minutes=240,
    threshold=0.9,
    required_fields=("account_number",),
    field_thresholds={"account_number": 0.85, "end_date": 0.85},
    tool_teams={"close_account": "supervisors", "change_plan": "frontline"},
    irreversible=("close_account",),
    limits={"high_impact_amount": 500.0},
    weight=2,
)

COMPLAINT = CaseType(
    slug="complaint",
    client="",
    name="Complaint",
    channels=("email", "form", "chat"),
    default_queue="quality",
    dispositions=(
        Disposition("apology", "Apology and remedy"),
        Disposition("upheld", "Upheld"),
        Disposition("not_upheld", "Not upheld"),
        Disposition("to_compliance", "Passed to compliance"),
    ),
    guidance=(
        "Name what went wrong in the customer's own words.",
        "Say what you do now, and by when.",
        "A regulator, a lawyer or the press: compliance.",
    ),
    suggested_reply="You are right to be upset, and I am sorry. This is what I will do today:",
    autonomy="off",
    risk="medium",
    sla_minutes=480,
    threshold=0.95,
    tool_teams={"issue_credit": "billing", "close_account": "supervisors"},
    weight=3,
)

REGULATORY_COMPLAINT = CaseType(
    slug="regulatory_complaint",
    client="",
    name="Complaint with regulatory impact",
    channels=("email", "form"),
    default_queue="compliance",
    dispositions=(
        Disposition("formal_reply", "Formal reply sent"),
        Disposition("remedied", "Remedied"),
        Disposition("legal", "Passed to legal"),
    ),
    guidance=(
        "Do not admit or deny; collect the facts first.",
        "The statutory date counts from receipt, not from today.",
        "Keep every message; delete nothing.",
    ),
    mode="human_only",
    autonomy="off",
    risk="high",
    sla_minutes=1440,
    threshold=0.99,
    tool_teams={"formal_reply": "compliance"},
    irreversible=("formal_reply",),
    undo_seconds=60,
    weight=5,
)

SERVICE = (
    DELAYED_SHIPMENT,
    DAMAGED_GOODS,
    TECHNICAL_FAULT,
    OUTAGE,
    CANCELLATION,
    COMPLAINT,
    REGULATORY_COMPLAINT,
)
