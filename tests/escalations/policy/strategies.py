"""Random cases for the property tests, from ordinary to absurd."""

from typing import Any

from hypothesis import strategies as st

from escalations.policy.types import Facts, TypeRules
from escalations.triage.types import CaseView, Extracted, Signal, Step, Triage, Utterance
from tests.escalations.policy.cases import NOW

unit = st.floats(0, 1, allow_nan=False)
any_float = st.floats()
word = st.sampled_from(
    [
        "",
        "order_status",
        "billing_dispute",
        "oos",
        "suspicious_payment",
        "resume_application",
        "negotiate",
        "x y",
    ]
) | st.text(max_size=12)
tool = st.sampled_from(["", "answer_customer", "refund_payment", "lookup_order", "check_policy"])
queue = st.sampled_from(["", "frontline", "billing", "supervisors", "compliance", "vip-desk"])
signal_codes = (
    *("distress", "complaint", "dispute", "human_requested", "regulatory", "sensitive", "ethical", "threat"),
    *("negotiate", "injection", "amount_outlier", "ungrounded", "unclear"),
)
value = st.sampled_from(["", "500", "5k", "EUR 1.250,00", "disputed", "nan", "1e400"]) | st.text(max_size=20)
field = st.builds(
    Extracted,
    name=st.sampled_from(["order_number", "amount", "zz"]),
    value=value,
    confidence=st.none() | any_float,
    message=st.none() | st.just(0),
    start=st.none() | st.just(0),
    end=st.none() | st.just(3),
)
step = st.builds(Step, tool=tool, ok=st.booleans(), at=st.none() | st.just(NOW) | st.datetimes())
arguments = st.dictionaries(
    st.sampled_from(["amount", "note", "actions"]),
    value | any_float | st.integers() | st.lists(st.integers(), max_size=4),
)
case = st.builds(
    CaseView,
    client=st.just("harbour"),
    case_type=st.just("order_status"),
    channel=st.sampled_from(["email", "chat", "form", "invoice", "api", "?"]),
    subject=st.text(max_size=10),
    messages=st.just((Utterance("customer", "hello", NOW),)),
    fields=st.lists(field, max_size=3).map(tuple),
    steps=st.lists(step, max_size=3).map(tuple),
    proposed_action=tool,
    proposed_arguments=arguments,
    agent_confidence=st.none() | any_float,
    agent_intent=word,
    labels=st.lists(word, max_size=3).map(tuple),
)
signals = st.lists(st.builds(Signal, code=st.sampled_from(signal_codes), score=any_float), max_size=3).map(
    tuple
)


def triage(number: st.SearchStrategy[float]) -> st.SearchStrategy[Triage]:
    return st.builds(
        Triage,
        engine=st.just("e"),
        model_version=st.just("1"),
        inputs_hash=st.just("0" * 64),
        category=word,
        confidence=number,
        alternatives=st.lists(st.tuples(word, number), max_size=3).map(tuple),
        out_of_scope=number,
        sentiment=number,
        distress=number,
        anomaly=number,
        risk=number,
        complexity=number,
        intents=st.lists(word, max_size=4).map(tuple),
        signals=signals,
    )


rules = st.builds(
    TypeRules,
    slug=st.sampled_from(["order_status", "collections", "resume_screening", "faq_chat"]),
    client=st.just("harbour"),
    mode=st.sampled_from(["normal", "human_only"]),
    autonomy=st.sampled_from(["off", "suggest", "supervised", "autonomous"]),
    human_final_decision=st.booleans(),
    risk=st.sampled_from(["low", "medium", "high", "?"]),
    sla_minutes=st.sampled_from([-5, 0, 10, 240, 2880]),
    threshold=any_float,
    required_fields=st.sampled_from([(), ("order_number",)]),
    grants=st.lists(tool, max_size=3).map(tuple),
    tool_teams=st.dictionaries(tool, queue, max_size=2),
    process=st.lists(tool, max_size=2, unique=True).map(tuple),
    irreversible=st.lists(tool, max_size=1).map(tuple),
    limits=st.dictionaries(
        st.sampled_from(["distress_limit", "signal_floor", "high_impact_amount", "?"]), any_float
    ),
    default_queue=queue,
)


def facts(number: st.SearchStrategy[float] = any_float) -> st.SearchStrategy[Facts]:
    """Any case at all; `number` draws the triage scores."""
    cross: Any = st.lists(st.tuples(st.just("total"), value, value), max_size=2).map(tuple)
    return st.builds(
        Facts,
        case=case,
        rules=rules,
        triage=st.none() | triage(number),
        cross_checks=cross,
        handoff_reasons=st.lists(word, max_size=2).map(tuple),
        repeated_errors=st.integers(),
        agent_policy_version=st.sampled_from(["", "1", "2"]),
        live_policy_version=st.sampled_from(["", "1", "2"]),
        flags=st.lists(st.sampled_from(["DISTRESS", "RANDOM_AUDIT", "?"]), max_size=1).map(tuple),
        was_human=st.booleans(),
    )
