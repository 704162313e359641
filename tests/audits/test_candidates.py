"""R087: which cases take part in which draw, told from what policy had said of them."""

from typing import Any

import pytest

from escalations.auditing import FREE, LEARNED, arm_of, rate_of, risk_of
from escalations.policy.vocabulary import HOLDS, REASON_CODES

CELLS = [
    {"row": row, "value": "x", "allocation": "ai"} for row in ("risk", "emotional_nuance", "sla_sensitivity")
]


def said(*held_by: str, codes: tuple[str, ...] = (), first_row: str = "ai", **signals: Any) -> dict[str, Any]:
    """An outcome that these tests held back."""
    measured = {"complexity": 0.1, "unclear": False, "n": {"complexity_limit": 0.6}, **signals}
    return {
        "settle": not held_by, "confidence": 0.6, "category": "faq",
        "reasons": [{"code": code} for code in codes],
        "cells": [{"row": "data_structure", "value": "x", "allocation": first_row}, *CELLS],
        "trace": {"held_by": list(held_by), "signals": measured},
    }  # fmt: skip


def test_what_the_ai_settled_is_settled() -> None:
    assert arm_of(said(), required=False) == "settled"


@pytest.mark.parametrize(
    "held", [("autonomy",), ("confidence",), ("autonomy", "confidence"), ("certificate",), ("breaker",)]
)
def test_doubt_level_certificate_and_breaker_leave_a_candidate(held: tuple[str, ...]) -> None:
    assert arm_of(said(*held), required=True) == "candidate"
    assert arm_of(said(*held, "reasons", codes=("LOW_CONFIDENCE",)), required=True) == "candidate"


@pytest.mark.parametrize("held", sorted(set(HOLDS) - FREE))
def test_anything_else_that_holds_a_case_back_ends_it(held: str) -> None:
    assert arm_of(said("confidence", held, codes=("DISTRESS",)), required=True) == ""


@pytest.mark.parametrize("code", sorted(REASON_CODES - {"LOW_CONFIDENCE"}))
def test_any_other_reason_ends_it(code: str) -> None:
    assert arm_of(said("reasons", "confidence", codes=("LOW_CONFIDENCE", code)), required=False) == ""


def test_doubt_shows_in_the_matrix_only_where_no_field_is_required() -> None:
    """policy.shape.data_structure: such a type is structured once its intent is certain."""
    unsure = ("reasons", "allocation", "confidence")
    doubt: dict[str, Any] = {"codes": ("LOW_CONFIDENCE",), "first_row": "hybrid"}
    assert arm_of(said(*unsure, **doubt), required=False) == "candidate"
    assert arm_of(said(*unsure, **doubt), required=True) == ""  # then a field was missing
    assert arm_of(said(*unsure, **doubt, unclear=True), required=False) == ""
    assert arm_of(said(*unsure, **doubt, complexity=0.9), required=False) == ""
    assert arm_of(said("allocation", **doubt), required=False) == ""  # sure, and still for a person
    graver = said(*unsure, **doubt)
    graver["cells"][1] = {"row": "risk", "value": "medium", "allocation": "hybrid"}
    assert arm_of(graver, required=False) == ""


def test_a_case_that_no_engine_judged_is_none() -> None:
    silent = said("confidence") | {"confidence": None, "category": ""}
    assert arm_of(silent, required=False) == ""
    assert arm_of({}, required=False) == ""


def test_candidates_are_drawn_at_the_learning_rate_until_a_thousand_labels_stand() -> None:
    assert rate_of("candidate", 0.05, 0.25, LEARNED - 1) == 0.25
    assert rate_of("candidate", 0.05, 0.25, LEARNED) == 0.05
    assert rate_of("settled", 0.05, 0.25, 0) == 0.05


@pytest.mark.parametrize(("measured", "risk"), [(0.4, 0.4), (-1, 0.0), (7, 1.0), (None, 0.0)])
def test_the_second_sample_weighs_by_the_risk_that_triage_saw(measured: float | None, risk: float) -> None:
    assert risk_of(said(risk_score=measured)) == risk
