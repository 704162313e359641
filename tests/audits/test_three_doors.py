"""R093: cases come to people by three doors, and every list can be narrowed to one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import User
from escalations.models import Case
from tests.cast import Cast
from tests.reviews.makers import waiting

CODES = {
    "checkpoint": ("HUMAN_FINAL_DECISION", "LOW_CONFIDENCE"),
    "audit": ("RANDOM_AUDIT", "BEYOND_PERMISSION"),
    "exception": ("LOW_CONFIDENCE", "DISTRESS"),
}


@pytest.fixture
def cases(cast: Cast) -> dict[str, Case]:
    """One case by each door."""

    def reasons(codes: tuple[str, ...]) -> list[dict[str, Any]]:
        return [{"code": code, "text": "", "spans": []} for code in codes]

    kind = cast.case_type("billing_dispute")
    return {door: waiting(kind, cast.acme_bot, reasons=reasons(codes)) for door, codes in CODES.items()}


@pytest.mark.parametrize("path", ["/queue/?tab=team&", "/board/cases/?"])
def test_each_case_comes_by_exactly_one_door_and_lists_narrow_to_it(
    path: str, cases: dict[str, Case], cast: Cast, signed_in: Callable[[User], Browser]
) -> None:
    """R093"""
    browser = signed_in(cast.sunny)
    for door, case in cases.items():
        page = browser.get(f"{path}door={door}").content.decode()
        shown = {name for name, other in cases.items() if other.ref in page}
        assert shown == {door}, path
        assert case.ref in page
    everything = browser.get(f"{path}door=window").content.decode()  # no door of ours: nothing is narrowed
    assert all(case.ref in everything for case in cases.values())
