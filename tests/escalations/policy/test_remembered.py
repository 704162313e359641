"""A case that is replayed among many goes exactly where it would go alone (R011)."""

from typing import Any

import pytest
from hypothesis import given, settings

from escalations.policy import remembered
from escalations.policy.course import Hits, Signals, course_of
from escalations.policy.default import default_data, default_document
from escalations.policy.document import PolicyDocument
from escalations.policy.engine import decide
from escalations.policy.jdm import ROW
from escalations.policy.remembered import Remembered
from escalations.policy.signals import measure, signals_of
from escalations.policy.types import Facts
from tests.escalations.policy import cases, strategies
from tests.escalations.policy.test_replay import policies

SHIPPED = Remembered(default_document().tables)
"""One memory for all examples, as for all cases of a rehearsal."""


@settings(max_examples=40, deadline=None)
@given(strategies.facts())
def test_the_lean_course_is_the_decision_without_its_words(facts: Facts) -> None:
    policy = default_document()
    whole, course = decide(facts, policy), course_of(signals_of(facts, policy), facts, policy, SHIPPED.run)
    for name in (
        "settle",
        "queue",
        "tier",
        "severity",
        "oversee",
        "sla_minutes",
        "experienced_only",
        "cells",
    ):
        assert getattr(course, name) == getattr(whole, name)
    assert course.codes == tuple(dict.fromkeys(reason.code for reason in whole.reasons))
    assert course.signals == whole.trace["signals"]
    assert {table: [hit[ROW] for hit in found] for table, found in course.hits.items()} == whole.trace[
        "matched"
    ]


@settings(max_examples=15, deadline=None)
@given(strategies.facts(strategies.unit), policies())
def test_a_table_that_remembers_answers_as_one_that_does_not(facts: Facts, policy: PolicyDocument) -> None:
    memory = Remembered(policy.tables)
    signals = {**measure(facts, policy).signals, "reasons": ["DISTRESS"], "tier": 2}
    for table in policy.tables.rows:
        first = policy.tables.run(table, signals)
        assert [memory.run(table, signals) for _ in range(2)] == [first, first]


def test_a_matrix_of_words_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten cases that differ in what the matrix does not read."""
    tables = default_document().tables
    memory, run = Remembered(tables), tables.run
    asked: list[str] = []

    def counted(table: str, signals: Signals) -> Hits:
        asked.append(table)
        return run(table, signals)

    monkeypatch.setattr(tables, "run", counted)
    for n in range(10):
        facts = cases.but(triage={"confidence": 0.9 + n / 1000})
        course_of(signals_of(facts, default_document()), facts, default_document(), memory.run)
    assert (asked.count("reasons"), asked.count("allocation")) == (10, 1)


def test_the_memory_has_an_end_and_forgets_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 3)
    memory = Remembered(default_document().tables)
    signals: dict[str, Any] = dict(signals_of(cases.QUIET, default_document()))
    for n in range(9):
        memory.run("reasons", {**signals, "confidence": n / 10})
    assert len(memory._known["reasons"]) == 3


def test_a_cell_that_may_read_more_than_it_names_is_asked_anew_each_time() -> None:
    data = default_data()
    rules = data["tables"]["queues"]["nodes"][1]["content"]["rules"]
    rules[0] = {**rules[0], "queue": '`${"front"}line`'}
    memory = Remembered(PolicyDocument(data, "made up").tables)
    assert memory._asks["queues"] is None
    assert memory._asks["tiers"] is not None
