"""Chains under load, and what never stands in them."""

import json
import threading
from typing import Any

import pytest
import rfc8785
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.ledger import canonical, commitment, new_salt, stream_of
from accounts.ledger.reading import ledger_faults
from accounts.models import Event, Head
from escalations.models import Case
from tests.accounts.ledger import tell
from tests.cast import Cast
from tests.engine import Scripted, distressed, make_due, work
from tests.escalations.bodies import dispute, faq, handoff
from tests.robot import Robot


def test_floats_are_written_alike_everywhere_and_texts_are_only_committed_to() -> None:
    assert canonical({"b": 0.1 + 0.2, "a": 1}) == b'{"a":1,"b":"0.3"}'
    salt = new_salt()
    assert commitment(salt, "text") == commitment(salt, "text") != commitment(new_salt(), "text")


WORDS = st.text(st.characters(codec="utf-8"), max_size=6)
SAID = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | WORDS,
    lambda more: st.lists(more, max_size=3) | st.dictionaries(WORDS, more, max_size=4),
)


@given(SAID)
def test_what_is_hashed_is_rfc_8785_whoever_writes_it(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_a_number_that_json_does_not_hold_exactly_is_refused() -> None:
    for number in (2**53, -(2**53)):
        with pytest.raises(rfc8785.CanonicalizationError):
            canonical({"n": [number]})


@pytest.mark.django_db(transaction=True)
def test_twenty_writers_at_once_do_not_fork_a_chain() -> None:
    stream = stream_of("test", "crowded")

    def write() -> None:
        for _ in range(10):
            with transaction.atomic():
                tell(stream)
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    links = list(Event.objects.filter(stream=stream).order_by("seq").values_list("seq", "at"))
    assert [seq for seq, _ in links] == list(range(1, 201))
    times = [at for _, at in links]
    assert times == sorted(times), "a writer that waited kept the time from before its wait"
    head = Head.objects.get(stream=stream)
    assert (head.seq, head.at) == links[-1]
    assert list(ledger_faults()) == []


def test_the_ledger_holds_nothing_that_names_a_customer(cast: Cast, robot: Robot) -> None:
    """R134: canaries in every text that is sent; none may stand in any event."""
    canary = "Zanzibar Quetzalcoatl"
    package = handoff(
        summary=canary, intent=canary, told_customer=[canary], known_facts=[canary], open_question=canary,
        proposed={"action": "answer_customer", "arguments": {"name": canary}},
        steps=[{"tool": "search_help", "ok": True, "arguments": {"q": canary}, "result": canary}],
    )  # fmt: skip
    said = [{"author": "customer", "text": f"I am {canary}"}]
    for body, engine in (
        (faq(subject=canary, messages=said, customer={"name": canary}, handoff=package), Scripted()),
        (dispute(external_id=canary, messages=said, handoff=package,
                 fields=[{"name": "amount", "value": canary}]), distressed()),
    ):  # fmt: skip
        case_id = robot.post(body).json()["id"]
        work(engine)
        robot.say(case_id, canary)
        robot.say(case_id, canary, author="ai")
        work(distressed())
        for kind in ("close", "triage_deadline"):
            make_due(Case.objects.get(pk=case_id), kind)
        work(engine)
    ledger = json.dumps([[bytes(b).decode(), d] for b, d in Event.objects.values_list("body", "data")])
    assert len(Event.objects.filter(kind__startswith="case.")) > 8
    for word in canary.split():
        assert word not in ledger
