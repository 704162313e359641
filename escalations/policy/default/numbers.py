"""The default numbers, each with its reason.

Scores are 0 to 1, sentiment is -1 to 1, amounts are in the case's own currency.
"""

_EACH: dict[str, tuple[float, str]] = {
    "ambiguity_margin": (0.15, "R022: two categories closer than this could each be right"),
    "anomaly_critical": (0.999, "one clean transaction in a thousand looks like this: look at once"),
    "anomaly_limit": (
        0.98,
        "R029: two clean transactions in a hundred look like this; a desk can read that many",
    ),
    "complexity_limit": (0.8, "R004: above it a case is not plain data, whatever fields were found"),
    "credit_limit": (
        50,
        "R025: an AI identity may grant up to this much where its grants allow credit at all",
    ),
    "distress_limit": (
        0.5,
        "R033: as likely as not; a person too many costs minutes, one too few a customer",
    ),
    "distress_minimal": (0.25, "R007: below it the text shows no strain worth a second look"),
    "field_threshold": (0.8, "R003: for fields that the case type gives no threshold of their own"),
    "high_impact_amount": (500, "R023: what most desks let a frontline agent approve; types set their own"),
    "multi_step_actions": (3, "R023: a proposal of three actions is a plan, not a step"),
    "multi_step_intents": (3, "R023: two questions in one mail are common, three are a project"),
    "out_of_scope_limit": (0.5, "R035: more likely outside the categories than inside"),
    "overconfidence_limit": (0.4, "the agent claims far more than its past accuracy supports"),
    "repeated_errors_limit": (3, "R034: once is chance, twice coincidence"),
    "risk_high": (0.7, "R006: the engine's score from which risk counts as high, financial or legal"),
    "risk_medium": (0.4, "R006: the engine's score from which risk counts as medium, transactional"),
    "sentiment_limit": (-0.4, "R024: clearly negative; milder words come with every complaint"),
    "sentiment_minimal": (-0.2, "R007: below it the customer is at least a little upset"),
    "signal_floor": (0.5, "a signal that the engine thinks more likely than not"),
    "sla_fast_minutes": (60, "R008: 'seconds to minutes' ends at one hour"),
    "sla_slow_minutes": (480, "R008: 'minutes to hours' ends at one working day"),
    "step_window_minutes": (60, "R031: agents take seconds a step; an hour between two is abnormal"),
    "tolerance": (0.01, "R026: values within one per cent of the record agree"),
    "tolerance_abs": (0.01, "R026: a cent of rounding agrees"),
}

NUMBERS = {name: value for name, (value, _) in _EACH.items()}
NOTES = {
    **{name: why for name, (_, why) in _EACH.items()},
    "sla_minutes": "R057: critical within the hour, high in half a working day, normal in one, low in 24 h",
    "thresholds": "R021: 'client/type' to a confidence; empty, so each case type's own threshold holds",
    "matrix": "R005 to R008 as the source draws it; the most restrictive cell wins",
    "unclear": "R035: unclear requests go to compliance only from medium risk or on a regulated topic",
    "multi_step": "R045: an expert works it, a supervisor oversees it",
}
