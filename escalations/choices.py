"""The vocabulary of a case: every enumerated word that is stored, sent or shown."""

from django.db.models import IntegerChoices, TextChoices


class Channel(TextChoices):
    EMAIL = "email", "E-mail"
    CHAT = "chat", "Chat"
    FORM = "form", "Form"
    INVOICE = "invoice", "Invoice"
    ACTION = "action", "Agent action"
    API = "api", "API"


class Author(TextChoices):
    CUSTOMER = "customer", "Customer"
    AI = "ai", "AI agent"
    HUMAN = "human", "Staff"


class CaseState(TextChoices):
    """Where a case stands; only `escalations.transitions` changes it."""

    RECEIVED = "received", "Received"
    TRIAGING = "triaging", "Being triaged"
    AUTO_RESOLVED = "auto_resolved", "Settled by AI"
    QUEUED = "queued", "Waiting in queue"
    CLAIMED = "claimed", "In review"
    ON_HOLD = "on_hold", "Waiting for information"
    SNOOZED = "snoozed", "Snoozed"
    WITH_AI = "with_ai", "Returned to AI"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"


AWAITING_HUMAN = (CaseState.QUEUED, CaseState.CLAIMED, CaseState.ON_HOLD, CaseState.SNOOZED)
"""While a case is in one of these, no AI-originated action on it executes (R010)."""

OPEN_STATES = (
    CaseState.RECEIVED,
    CaseState.TRIAGING,
    *AWAITING_HUMAN,
    CaseState.WITH_AI,
)


class Severity(IntegerChoices):
    """1 is the gravest; lists and claims put it first."""

    CRITICAL = 1, "Critical"
    HIGH = 2, "High"
    NORMAL = 3, "Normal"
    LOW = 4, "Low"


class Tier(IntegerChoices):
    FRONTLINE = 1, "Frontline"
    SUPERVISOR = 2, "Supervisor"
    EXPERT = 3, "SME / Compliance"


class Allocation(TextChoices):
    """Who may settle the case, by the four-row matrix (R004 to R008); ordered lax to strict."""

    AI = "ai", "AI"
    HYBRID = "hybrid", "AI with a person"
    HUMAN = "human", "Person"


class CaseMode(TextChoices):
    NORMAL = "normal", "Normal"
    HUMAN_ONLY = "human_only", "People only"  # R013: AI may not decide or send


class Autonomy(TextChoices):
    OFF = "off", "Off"
    SUGGEST = "suggest", "Suggest"
    SUPERVISED = "supervised", "Supervised"
    AUTONOMOUS = "autonomous", "Autonomous"


class RiskLevel(TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class ReasonCode(TextChoices):
    """Why a person is needed. The first names are the sources'; a case may carry many."""

    LOW_CONFIDENCE = "LOW_CONFIDENCE", "Low confidence"
    AMBIGUOUS_INPUT = "AMBIGUOUS_INPUT", "Ambiguous input"
    CONFLICTING_SIGNALS = "CONFLICTING_SIGNALS", "Conflicting signals"
    MULTI_STEP = "MULTI_STEP", "Several steps"
    HIGH_IMPACT = "HIGH_IMPACT", "High impact"
    NEGATIVE_SENTIMENT = "NEGATIVE_SENTIMENT", "Upset customer"
    DISTRESS = "DISTRESS", "Distress"
    BEYOND_PERMISSION = "BEYOND_PERMISSION", "Above AI authority"
    DATA_MISMATCH = "DATA_MISMATCH", "Records do not match"
    ANOMALY = "ANOMALY", "Unusual pattern"
    SEQUENCE_DEVIATION = "SEQUENCE_DEVIATION", "Step out of order"
    REPEATED_ERROR = "REPEATED_ERROR", "Repeated error"
    SENSITIVE_TOPIC = "SENSITIVE_TOPIC", "Sensitive topic"
    ETHICAL_CONCERN = "ETHICAL_CONCERN", "Ethical concern"
    REGULATORY = "REGULATORY", "Regulatory impact"
    HUMAN_FINAL_DECISION = "HUMAN_FINAL_DECISION", "A person must decide"
    SLA_AT_RISK = "SLA_AT_RISK", "Deadline at risk"
    FORMAT_CHANGE = "FORMAT_CHANGE", "Unknown format"
    UNGROUNDED = "UNGROUNDED", "Not in the evidence"
    TOOL_FAILURE = "TOOL_FAILURE", "Tool failure"
    POLICY_SUPERSEDED = "POLICY_SUPERSEDED", "Outdated policy"
    HUMAN_REQUESTED = "HUMAN_REQUESTED", "Customer asked for a person"
    RANDOM_AUDIT = "RANDOM_AUDIT", "Random audit"
    MANUAL_FLAG = "MANUAL_FLAG", "Flagged by a person"


class Entry(TextChoices):
    """The doors by which cases come to people; each case comes by one (R093)."""

    CHECKPOINT = "checkpoint", "Key decisions"
    AUDIT = "audit", "Audits"
    EXCEPTION = "exception", "Exceptions"


CHECKPOINTS = (
    ReasonCode.HUMAN_FINAL_DECISION,
    ReasonCode.HIGH_IMPACT,
    ReasonCode.BEYOND_PERMISSION,
    ReasonCode.ETHICAL_CONCERN,
    ReasonCode.REGULATORY,
)
"""Reasons that ask for a person by what is decided, not by what went wrong; ours, the sources name the three doors."""


class OfferKind(TextChoices):
    """How a case came to be held out to one person."""

    PUSHED = "pushed", "Offered"
    ASSIGNED = "assigned", "Assigned"


class OfferOutcome(TextChoices):
    """What became of it; an open offer has none."""

    TAKEN = "taken", "Taken"
    LAPSED = "lapsed", "Ran out"
    MOOT = "moot", "No longer needed"


class Verb(TextChoices):
    """What a decision says. `auto_resolve` is the only one that is not a person's."""

    APPROVE = "approve", "Approve"
    CORRECT = "correct", "Correct"
    OVERRIDE = "override", "Override"
    REJECT = "reject", "Reject"
    RETURN_TO_AI = "return_to_ai", "Return to AI"
    ESCALATE = "escalate", "Escalate"
    HOLD = "hold", "Hold"
    SNOOZE = "snooze", "Snooze"
    REQUEST_INFO = "request_info", "Request info"
    AUTO_RESOLVE = "auto_resolve", "Settled by AI"


FINAL_VERBS = (Verb.APPROVE, Verb.CORRECT, Verb.OVERRIDE, Verb.REJECT, Verb.AUTO_RESOLVE)
"""Verbs that end the case and need a disposition."""


class ErrorType(TextChoices):
    """What was wrong with the AI's value; each corrected field names one (R096)."""

    WRONG_CATEGORY = "wrong_category", "Wrong category"
    WRONG_VALUE = "wrong_value", "Wrong value"
    MISSING_VALUE = "missing_value", "Missing value"
    INVENTED_VALUE = "invented_value", "Invented value"
    WRONG_ACTION = "wrong_action", "Wrong action"
    WRONG_RECIPIENT = "wrong_recipient", "Wrong recipient"
    POLICY_MISAPPLIED = "policy_misapplied", "Policy misapplied"
    OUTDATED_RULE = "outdated_rule", "Outdated rule"
    TONE = "tone", "Tone"
    INCOMPLETE = "incomplete", "Incomplete"
    WRONG_TIER = "wrong_tier", "Wrong tier"
    OTHER = "other", "Other"


class DrawArm(TextChoices):
    """Which cases an audit is drawn from."""

    SETTLED = "settled", "Settled by the AI"
    CANDIDATE = "candidate", "Might have been settled by the AI"


class AuditState(TextChoices):
    """Where an audit stands; it only moves forward."""

    OPEN = "open", "Waits for a reader"
    SECOND = "second", "Waits for a second reader"
    DISPUTED = "disputed", "Waits for an adjudicator"
    DONE = "done", "Concluded"


class AuditRole(TextChoices):
    FIRST = "first", "First reader"
    SECOND = "second", "Second reader"
    ADJUDICATOR = "adjudicator", "Adjudicator"


class Verdict(TextChoices):
    """What an audit says of the AI's answer."""

    RIGHT = "right", "The AI was right"
    WRONG = "wrong", "The AI was wrong"


class ErrorGravity(TextChoices):
    """How grave an error is for the customer or the client."""

    NONE = "none", "No error"
    MINOR = "minor", "Minor"
    MAJOR = "major", "Major"
    CRITICAL = "critical", "Critical"


class BreakerState(TextChoices):
    CLOSED = "closed", "Closed"
    TRIPPED = "tripped", "Tripped"


class TripCode(TextChoices):
    """What made a breaker trip."""

    STOPPED = "stopped", "Stopped by hand"
    PROMISE = "promise", "The promised error rate is broken"
    AUDITS = "audits", "Audits find more errors than before"
    OVERRIDES = "overrides", "People correct the AI more often"
    MIX = "mix", "Other cases come than before"
    SCORES = "scores", "The AI is sure in another way than before"
    FIELDS = "fields", "Cases come in another format"
    POLICY = "policy", "The AI works under an outdated policy"


class CertificateEnd(TextChoices):
    """Why a certificate ended."""

    REPLACED = "replaced", "A newer one took its place"
    BROKEN = "broken", "Audits refuted it"
    PROMISE = "promise", "The promise became stricter"
    WITHDRAWN = "withdrawn", "Withdrawn by hand"
    MODEL = "model", "Another model took over"
    POLICY = "policy", "Another policy lets other cases through"


class OnDrift(TextChoices):
    """What a change of the work does that no audit has judged yet."""

    TRIP = "trip", "Stop the AI"
    AUDIT = "audit", "Audit more, widen nothing"


class StepKind(TextChoices):
    UP = "up", "More autonomy"
    RESUME = "resume", "Go on after a stop"


class StepState(TextChoices):
    """What became of a proposed step."""

    OPEN = "open", "Waits for approval"
    DONE = "done", "Approved and in force"
    REFUSED = "refused", "Refused"
    MOOT = "moot", "No longer possible"


class AnswerArm(TextChoices):
    """Was the AI's answer on the screen while a person decided? Blank: it had none that could be hidden (R094)."""

    SHOWN = "shown", "Shown"
    HIDDEN = "hidden", "Hidden until the person answered"


class Unaided(IntegerChoices):
    """How far a case is with being decided before the AI's answer is shown (R094)."""

    NO = 0, "The AI's answer is shown"
    FIRST = 1, "Hidden until the person has answered"
    ANSWERED = 2, "Was hidden until the person had answered"


class WrongIn(TextChoices):
    """What is wrong in a planted case's suggestion (R094)."""

    ACTION = "action", "What it proposes to do"
    FIELD = "field", "A value that it read"
    CATEGORY = "category", "What it takes the case for"


class PlantOutcome(TextChoices):
    """What became of a planted case."""

    OPEN = "open", "Not decided yet"
    CAUGHT = "caught", "Caught"
    MISSED = "missed", "Missed"
    PASSED = "passed", "Passed on"
    VOID = "void", "Not counted: they knew the case"
    WITHDRAWN = "withdrawn", "Withdrawn"


class PatternState(TextChoices):
    """What is done about a pattern of handoffs."""

    OPEN = "open", "Open"
    AGREED = "agreed", "Action agreed"
    DONE = "done", "Action done"
    DROPPED = "dropped", "Nothing to do"


class LabelSource(TextChoices):
    """How people said what the customer wants; the first one says it best."""

    BLIND = "blind", "Read blind in an audit"
    CORRECTED = "corrected", "Corrected"
    CONFIRMED = "confirmed", "Confirmed, with the AI's answer on the screen"


class Exclusion(TextChoices):
    """Why a decision is left out of every dataset (R102)."""

    UNDONE = "undone", "Taken back by the person"
    UNFINISHED = "unfinished", "Never became final"
    OVERRIDDEN = "overridden", "A later decision says otherwise"
    NO_TEXT = "no_text", "No word of the customer to learn from"
    PLANTED = "planted", "A planted test of attention"


class ModelState(TextChoices):
    """Where a triage model stands. What was refused stays refused."""

    CHALLENGER = "challenger", "Challenger"
    CHAMPION = "champion", "Champion"
    RETIRED = "retired", "Retired"
    REFUSED = "refused", "Refused"


class Trial(TextChoices):
    """On which cases two models were compared."""

    HELD_OUT = "held_out", "Held-out cases"
    SHADOW = "shadow", "Live cases, in shadow"


class RuleState(TextChoices):
    """What people made of a proposed rule."""

    OPEN = "open", "Open"
    TAKEN = "taken", "Taken into a draft"
    DISMISSED = "dismissed", "Dismissed"


class AlertKind(TextChoices):
    """What an alert is about; the label is what a notification says, and all that it says of the matter."""

    SPIKE = "spike", "More cases than usual"
    COMPLAINTS = "complaints", "More complaints than usual"
    REPEATED_ERROR = "repeated_error", "The same error again and again"
    ANOMALY = "anomaly", "Critical unusual pattern"
    INCONSISTENCY = "inconsistency", "Records of one source disagree too often"
    SLA_WARNED = "sla_warned", "Time runs out"
    SLA_BREACHED = "sla_breached", "Time has passed"
    RAISED = "raised", "Raised to the next tier"
    UNROUTABLE = "unroutable", "Nobody can take the case"
    WAITING_CRITICAL = "waiting_critical", "Critical case not taken"
    SKIPS = "skips", "Skipped again and again"
    ASSIGNED = "assigned", "Assigned to you"
    SUBTASK = "subtask", "Sub-task for you"
    OFFER = "offer", "Offered to you"
    JOB_DEAD = "job_dead", "A piece of work was given up"
    CHANNEL_FAILING = "channel_failing", "A notification channel fails"
    RULE_REVIEW = "rule_review", "A rule should be looked at"
    DIGEST = "digest", "What the AI settled"
    WEEK = "week", "The week in lessons and audits"
    AUDIT_WRONG = "audit_wrong", "An audit found an AI settlement wrong"
    AUDIT_DISPUTE = "audit_dispute", "Readers of an audit disagree"
    AI_STOPPED = "ai_stopped", "The AI was stopped"
    AI_LESS = "ai_less", "The AI may do less than before"
    DRIFT = "drift", "The work of an AI has changed"
    POLICY_WAITS = "policy_waits", "A policy waits for approval"
    RULE_PROPOSED = "rule_proposed", "Corrections ask for a rule"


class Via(TextChoices):
    """How an alert reaches somebody outside the page."""

    IN_APP = "in_app", "In the app"
    EMAIL = "email", "E-mail"
    CHAT = "chat", "Chat"
    WEBHOOK = "webhook", "Webhook"


class Timer(TextChoices):
    """What a clock measures; all in business time, less the pauses that its policy knows (R055)."""

    FIRST_RESPONSE = "first_response", "First response"
    NEXT_RESPONSE = "next_response", "Next response"
    TIER_DWELL = "tier_dwell", "Time in this tier"
    RESOLUTION = "resolution", "Resolution"


class Pause(TextChoices):
    """A wait that may stop the clocks; the SLA policy says which do."""

    HOLD = "hold", "On hold"
    INFO = "info", "Waiting for information"
    SNOOZED = "snoozed", "Snoozed"
    WITH_AI = "with_ai", "Returned to AI"


class Milestone(TextChoices):
    """What a clock tells on its way, each once."""

    WARNED = "warned", "Warning"
    BREACHED = "breached", "Time over"
