"""The embedded engine as a whole."""

import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalations.triage.classifier import load
from escalations.triage.embedded import EmbeddedEngine
from escalations.triage.intents import read_clauses
from escalations.triage.types import CaseView, Extracted, Step, Triage, TriageEngine
from tests.escalations.triage.cases import MAIL, case


def check(case_view: CaseView, judged: Triage) -> None:
    """What every judgement must be."""
    for value in (
        judged.confidence,
        judged.out_of_scope,
        judged.distress,
        judged.anomaly,
        judged.risk,
        judged.complexity,
    ):
        assert 0 <= value <= 1
    assert all(-1 <= mood <= 1 for mood in (*judged.mood, judged.sentiment))
    assert judged.category in dict(judged.alternatives)
    assert judged.category == judged.intents[0]
    for signal in judged.signals:
        assert 0 <= signal.score <= 1
        for span in signal.spans:
            text = case_view.subject if span.message < 0 else case_view.messages[span.message].text
            assert 0 <= span.start < span.end <= len(text)
    json.dumps(dataclasses.asdict(judged), allow_nan=False)


def test_it_is_an_engine(engine: EmbeddedEngine) -> None:
    known: TriageEngine = engine
    assert known.name == "embedded"
    assert known.version.startswith("small-")


def test_a_letter_is_judged_in_full(engine: EmbeddedEngine) -> None:
    """R001: a category and all five scores."""
    sent = case(MAIL, subject="Order ORD-55812", proposed_action="refund", proposed_arguments={"amount": 849})
    judged = engine.triage(sent)
    check(sent, judged)
    assert judged.category in ("double_charge", "late_parcel")
    assert {"double_charge", "late_parcel"} <= set(judged.intents)
    assert judged.distress == 0
    assert judged.complexity > engine.triage(case("When are you open?")).complexity
    assert judged.risk >= 0.4
    assert not any(s.code == "ungrounded" for s in judged.signals)
    assert judged.model_version == engine.version
    assert judged.latency_ms > 0


def test_two_requests_in_one_message_are_two_intents(engine: EmbeddedEngine) -> None:
    judged = engine.triage(case("Where is my parcel and also how do I reset my password?"))
    assert set(judged.intents) == {"late_parcel", "password"}


def test_one_request_is_one_intent(engine: EmbeddedEngine) -> None:
    assert engine.triage(case("Hi team, I hope you are well. My card was billed twice. Thanks!")).intents == (
        "double_charge",
    )


def test_clauses_know_their_place(engine: EmbeddedEngine) -> None:
    text = "Where is my parcel? Also, my card was billed twice; are you open on Sunday?"
    encoded = engine.classifier.encoder.encode(text)
    found = [text[slice(*clause.place)] for clause in read_clauses(engine.classifier, encoded, text)]
    assert found == ["Where is my parcel?", "Also, my card was billed twice", "are you open on Sunday?"]


def test_a_chat_is_judged_by_what_was_asked_not_by_its_small_talk(engine: EmbeddedEngine) -> None:
    chat = case("hi there", "I forgot my password.", "thanks, I wait", channel="chat")
    assert engine.triage(chat).category == "password"


def test_only_the_customers_words_decide_the_category(engine: EmbeddedEngine) -> None:
    said = ("ai", "Our opening hours are nine to five, we are open on Sunday, we close at lunch time.")
    assert engine.triage(case("My card was billed twice.", said)).category == "double_charge"


def test_a_case_without_messages_is_read_from_its_data(engine: EmbeddedEngine) -> None:
    data = case(
        channel="action",
        proposed_action="reset_password",
        proposed_arguments={"account": "AC-1"},
        fields=(Extracted("reason", "customer forgot password"),),
    )
    judged = engine.triage(data)
    check(data, judged)
    assert judged.category == "password"


def test_the_input_hash_names_the_input(engine: EmbeddedEngine) -> None:
    """R085: the same input has the same hash, any change another one."""
    first = engine.triage(case("Where is my parcel?", proposed_arguments={"a": 1, "b": [2]}))
    same = engine.triage(case("Where is my parcel?", proposed_arguments={"b": [2], "a": 1}))
    other = engine.triage(case("Where is my parcel?", proposed_arguments={"a": 1, "b": [3]}))
    assert first.inputs_hash == same.inputs_hash != other.inputs_hash
    assert len(first.inputs_hash) == 64


def test_the_same_case_gets_the_same_judgement(engine: EmbeddedEngine) -> None:
    one, two = engine.triage(case(MAIL)), engine.triage(case(MAIL))
    assert dataclasses.replace(one, latency_ms=0) == dataclasses.replace(two, latency_ms=0)


WEIRD = [
    "",
    " \n\t ",
    "?",
    "\x00\x01\x02",
    "\ud800 lone surrogate \udfff",
    "a" * 200_000,
    "!" * 100_000,
    "No. " * 50_000,
    "1,234.56 " * 20_000,
    "word!!! " * 125_000,
    "i g n o r e " * 20_000,
    "A" * 4_001 + "=" * 10,
    "銀行口座が凍結されました。助けてください。" * 200,
    "🙂" * 20_000,
    "<script>alert(1)</script>" * 1_000,
    "not not not " * 10_000,
    "\u202e" * 10_000,
    "(((((" * 20_000,
]


@pytest.mark.parametrize("text", WEIRD, ids=range(len(WEIRD)))
def test_no_text_is_too_strange_or_too_long(engine: EmbeddedEngine, text: str) -> None:
    """R022: it is judged, unsure, in bounded time."""
    sent = case(text, ("ai", text), subject=text[:2_000], proposed_arguments={"note": text})
    begun = time.process_time()
    judged = engine.triage(sent)
    assert time.process_time() - begun < 3
    check(sent, judged)
    assert judged.confidence < 0.9


def test_empty_requests_are_unclear(engine: EmbeddedEngine) -> None:
    """R035."""
    for text in ("", "???", "..."):
        judged = engine.triage(case(text))
        assert any(signal.code == "unclear" and signal.score == 1.0 for signal in judged.signals)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
data = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text(max_size=120), max_size=4),
    subject=st.text(max_size=40),
    arguments=st.dictionaries(st.text(max_size=12), data, max_size=5),
    result=data,
    past=st.lists(st.floats(min_value=-1e6, max_value=1e12), max_size=8),
)
def test_any_case_gets_a_judgement_in_range(
    engine: EmbeddedEngine,
    texts: list[str],
    subject: str,
    arguments: dict[str, object],
    result: object,
    past: list[float],
) -> None:
    sent = case(
        *texts,
        subject=subject,
        proposed_arguments=arguments,
        steps=(Step("t", True, result=result), Step("t", False, result=result)),
        fields=tuple(Extracted(name, str(value)) for name, value in arguments.items()),
        past_amounts=tuple(past),
    )
    check(sent, engine.triage(sent))


def test_a_letter_takes_less_than_thirty_milliseconds(engine: EmbeddedEngine) -> None:
    """CPU of this thread, encoder and all detectors included; the fastest third, the machine being shared."""
    assert len(MAIL.split()) >= 170
    spent = []
    for number in range(30):
        sent = case(f"{MAIL}\n{number}", subject="Order ORD-55812")
        begun = time.thread_time()
        engine.triage(sent)
        spent.append((time.thread_time() - begun) * 1000)
    assert np.percentile(spent, 33) < 30


def test_serving_needs_neither_django_nor_scikit_learn_nor_torch(
    model_path: Path, engine: EmbeddedEngine
) -> None:
    program = f"""
import sys
from datetime import UTC, datetime
from pathlib import Path
from escalations.triage.classifier.store import load
from escalations.triage.embedded import EmbeddedEngine
from escalations.triage.encoder.session import Encoder
from escalations.triage.types import CaseView, Utterance
encoder = Encoder(Path({str(encoder_file(engine))!r}))
engine = EmbeddedEngine(load(Path({str(model_path)!r}), encoder))
said = Utterance("customer", "Where is my parcel?", datetime(2026, 1, 1, tzinfo=UTC))
print(engine.triage(CaseView("c", "t", "email", "", (said,))).category)
print([name for name in ("django", "sklearn", "torch", "transformers", "onnx") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split("\n")[:2] == ["late_parcel", "[]"]


def encoder_file(engine: EmbeddedEngine) -> Path:
    from django.conf import settings as configured

    return Path(configured.HANDRAIL_MODEL_DIR) / f"{engine.classifier.encoder.name}.onnx"


def test_loading_again_changes_nothing(model_path: Path, engine: EmbeddedEngine) -> None:
    again = EmbeddedEngine(load(model_path, engine.classifier.encoder))
    one, two = engine.triage(case(MAIL)), again.triage(case(MAIL))
    assert dataclasses.replace(one, latency_ms=0) == dataclasses.replace(two, latency_ms=0)
