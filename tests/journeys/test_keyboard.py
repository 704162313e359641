"""A newcomer's first minute, by keyboard alone."""

from escalations.models import Decision
from reviews.models import Correction
from tests.cast import PASSWORD, Cast
from tests.journeys.conftest import SignIn
from tests.journeys.desk import Desk
from tests.reviews.makers import waiting


def test_somebody_signs_in_claims_corrects_and_commits_without_a_mouse(desk: Desk, cast: Cast) -> None:
    """R003, R071: the AI's values are pre-filled, and a person corrects one."""
    for _ in range(2):
        waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk.open("/")
    desk.until("document.querySelector('[name=login]')")
    desk.ask("document.querySelector('[name=login]').focus()")
    desk.type("sunny@example.test")
    desk.press("Tab")
    desk.type(PASSWORD)
    desk.press("Enter")
    desk.until("location.pathname === '/queue/' && document.documentElement.dataset.ready === ''")

    desk.press("n")
    desk.until("document.querySelector('#case') && document.documentElement.dataset.ready === ''")
    first = desk.ref()
    assert desk.verb() is None
    assert desk.ask("document.querySelector('[name=verb]').checked") is False

    desk.press("f")
    assert desk.focus() == "f-account_number"
    desk.type("AC-0042")
    assert desk.verb() == "correct"
    desk.press("Enter")
    assert desk.focus() == "e-account_number"
    desk.press("ArrowDown", "Enter")
    desk.press("Escape", "c")
    assert desk.focus() == "disposition"
    desk.press("ArrowDown", "Control+Enter")
    desk.until(f"document.querySelector('#case').dataset.ref !== '{first}'")

    desk.until("document.querySelector('.toast')")
    assert f"{first} corrected" in desk.text(".toasts")
    correction = Correction.objects.get()
    assert (correction.field, correction.after, correction.decision.verb) == (
        "account_number",
        "AC-0042",
        "correct",
    )
    assert Decision.objects.count() == 1


def test_a_letter_arms_and_escape_disarms_and_nothing_is_decided(cast: Cast, sign_in: SignIn) -> None:
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk = sign_in(cast.sunny).open("/queue/")
    desk.press("n")
    desk.until(f"document.querySelector('#case')?.dataset.ref === '{case.ref}'")
    desk.press("e")
    assert desk.verb() == "escalate"
    desk.press("Escape", "Escape")
    assert desk.verb() is None
    desk.press("Control+Enter")
    assert desk.text("#err-verb") == "Choose what to do first."
    assert Decision.objects.count() == 0
