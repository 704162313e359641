"""The allocation matrix: four rows, three values each, the strictest cell wins."""

from itertools import product
from typing import Any

import pytest

from escalations.triage.types import Extracted
from tests.escalations.policy.cases import noticed, outcome

STRICT = ("ai", "hybrid", "human")
DATA: tuple[dict[str, Any], ...] = (
    {},
    {"case": {"fields": (Extracted("order_number", "55102", 0.6),)}},
    {"case": {"fields": ()}, "triage": {"signals": (noticed("unclear"),)}},
)
RISK: tuple[dict[str, Any], ...] = ({}, {"rules": {"risk": "medium"}}, {"rules": {"risk": "high"}})
EMOTION: tuple[dict[str, Any], ...] = ({}, {"triage": {"sentiment": -0.3}}, {"triage": {"distress": 0.9}})
SLA: tuple[dict[str, Any], ...] = ({}, {"rules": {"sla_minutes": 240}}, {"rules": {"sla_minutes": 2880}})
VALUES = {
    "data_structure": ("structured", "semi_structured", "unstructured"),
    "risk": ("low", "medium", "high"),
    "emotional_nuance": ("none", "minimal", "high"),
    "sla_sensitivity": ("minutes", "hours", "days"),
}


def merged(*changes: dict[str, Any]) -> dict[str, Any]:
    return {
        part: {k: v for c in changes for k, v in c.get(part, {}).items()}
        for part in ("case", "rules", "triage")
    }


@pytest.mark.parametrize(("data", "risk", "emotion", "sla"), list(product(range(3), repeat=4)))
def test_of_all_81_combinations_the_strictest_cell_wins(data: int, risk: int, emotion: int, sla: int) -> None:
    """R005, R006, R007, R008: each cell shows its own value, the allocation is the strictest of the four."""
    found = outcome(**merged(DATA[data], RISK[risk], EMOTION[emotion], SLA[sla]))
    expected = [
        (row, VALUES[row][level], STRICT[level])
        for row, level in zip(VALUES, (data, risk, emotion, sla), strict=True)
    ]
    assert [(cell.row, cell.value, cell.allocation) for cell in found.cells] == expected
    assert found.allocation == STRICT[max(data, risk, emotion, sla)]
    assert found.settle is (max(data, risk, emotion, sla) == 0)


@pytest.mark.parametrize(
    ("fields", "channel", "value"),
    [
        ((Extracted("order_number", "55102", 0.85),), "email", "structured"),
        ((Extracted("order_number", "55102", 0.84),), "email", "semi_structured"),
        ((Extracted("order_number", "", 0.99),), "email", "semi_structured"),
        ((), "email", "semi_structured"),
        ((Extracted("order_number", "55102"),), "email", "semi_structured"),
        ((Extracted("order_number", "55102"),), "api", "structured"),
        (
            (Extracted("order_number", "55102", 0.99), Extracted("order_number", "55103", 0.4)),
            "email",
            "semi_structured",
        ),
    ],
    ids=[
        "at threshold",
        "below",
        "blank",
        "absent",
        "no confidence",
        "came as data",
        "a second doubtful reading",
    ],
)
def test_data_structure_is_what_could_be_extracted(fields: Any, channel: str, value: str) -> None:
    """R005: judged by the required fields, whatever the channel."""
    assert outcome(case={"fields": fields, "channel": channel}).cells[0].value == value


@pytest.mark.parametrize(("confidence", "value"), [(0.9, "structured"), (0.89, "semi_structured")])
def test_a_type_that_requires_no_field_is_structured_once_its_intent_is_certain(
    confidence: float, value: str
) -> None:
    """R005: an FAQ."""
    found = outcome(rules={"required_fields": ()}, case={"fields": ()}, triage={"confidence": confidence})
    assert found.cells[0].value == value


def test_a_complex_case_is_not_plain_data() -> None:
    """R004: the complexity score is kept and changes the allocation."""
    assert outcome(triage={"complexity": 0.79}).allocation == "ai"
    found = outcome(triage={"complexity": 0.81})
    assert found.allocation == "hybrid"
    assert found.trace["signals"]["complexity"] == 0.81


def test_high_emotion_skips_the_first_tier() -> None:
    """R007: to the configured senior queue."""
    found = outcome(triage={"distress": 0.6})
    assert (found.queue, found.tier) == ("supervisors", 2)


@pytest.mark.parametrize(
    ("minutes", "value"),
    [(1, "minutes"), (60, "minutes"), (61, "hours"), (480, "hours"), (481, "days"), (0, "days")],
)
def test_sla_bands_end_at_the_hour_and_the_working_day(minutes: int, value: str) -> None:
    """R008."""
    assert outcome(rules={"sla_minutes": minutes}).cells[3].value == value
