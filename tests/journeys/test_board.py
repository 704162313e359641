"""The board in a browser: axe in both themes, a small screen, keyboard alone (R103 to R108)."""

import os
import random

import pytest
from django.utils import timezone

from accounts.models import Presence
from escalations.models import Case
from escalations.services.rolling import roll_up
from tests.board.floor import random_floor
from tests.cast import Cast
from tests.journeys.conftest import SignIn
from tests.journeys.desk import OVERFLOW, Desk
from tests.journeys.test_access import in_both_themes

PICTURES = os.environ.get("BOARD_PICTURES", "")


@pytest.fixture
def board(cast: Cast, sign_in: SignIn) -> Desk:
    """Sunny's board over a floor with a past."""
    random_floor(cast, random.Random(5), cases=40)
    for name in ("fay", "finn"):
        Presence.objects.update_or_create(
            user=cast.person(name),
            defaults={"state": "available", "since": timezone.now(), "last_seen": timezone.now()},
        )
    roll_up()
    return sign_in(cast.sunny).open("/board/")


def picture(desk: Desk, name: str) -> None:
    """Kept when somebody wants to look."""
    if PICTURES:
        desk.page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def test_the_board_and_its_lists_have_no_barrier_in_either_theme(board: Desk) -> None:
    board.page.emulate_media(color_scheme="dark")
    picture(board, "board-dark")
    board.page.emulate_media(color_scheme="light")
    picture(board, "board-light")
    for details in board.page.locator("figure summary").all():
        details.click()
    assert in_both_themes(board) == []
    board.open("/board/cases/?severity=1")
    picture(board, "board-cases")
    assert in_both_themes(board) == []


def test_the_board_fits_a_telephone(board: Desk) -> None:
    board.page.set_viewport_size({"width": 390, "height": 844})
    picture(board, "board-390")
    assert board.ask(OVERFLOW) <= 0
    assert in_both_themes(board) == []


def test_cases_are_moved_by_keyboard_alone_after_a_preview(board: Desk, cast: Cast) -> None:
    """R108: x and Shift+x select, m goes to "Move to", the preview says the effect, each row its result."""
    board.open("/board/cases/")
    board.press("j", "x", "j", "j", "Shift+X")
    board.until("document.querySelector('#picked').textContent === '3 selected'")
    board.press("m")
    assert board.ask("document.activeElement.name") == "to"
    option = board.ask(
        "[...document.activeElement.options].find(o => o.text.startsWith('Supervisors')).value"
    )
    board.page.locator("#move select").select_option(option)
    board.press("Tab", "Enter")
    board.until("document.querySelector('h1').textContent.includes('Supervisors?')")
    picture(board, "board-preview")
    assert in_both_themes(board) == []
    board.press("Control+Enter")
    board.until("document.querySelector('h1').textContent.includes('moved to Supervisors')")
    picture(board, "board-moved")
    assert in_both_themes(board) == []
    assert Case.objects.filter(queue__slug="supervisors").count() >= 1
