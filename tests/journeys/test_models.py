"""Models, rules and one's own corrections in a browser: no barrier, no sideways scroll, no mouse (R096, R101, R102)."""

from django.utils import timezone

from escalations.choices import Trial
from escalations.models import Comparison, ModelVersion, SampleScore
from reviews.services.learning.datasets import make_dataset
from tests.cast import Cast
from tests.journeys.conftest import SignIn
from tests.journeys.test_insight import looked_at
from tests.learning.models import NEW, THINGS, samples
from tests.learning.people import corrected, prepared, soon

PAGE = "/desk/models/"
HELD_OUT = 30


def books(cast: Cast) -> ModelVersion:
    """A champion, and a challenger that got more of the held-out cases right; no model is trained for it."""
    held = samples(
        cast, [(f"{NEW.format(THINGS[0])} {n}", "duplicate_charge") for n in range(HELD_OUT)], held_out=True
    )
    champion = ModelVersion.objects.create(
        name="default", version="default-0123456789ab", state="champion", artifact_sha256="a" * 64,
        labels=["billing_dispute", "duplicate_charge"], texts=36, champion_since=timezone.now(),
    )  # fmt: skip
    made = make_dataset(actor=None, until=soon())
    challenger = ModelVersion.objects.create(
        name="challenger-1", version="challenger-1-ba9876543210", state="challenger", parent=champion, dataset=made,
        artifact_sha256="b" * 64, labels=["billing_dispute", "duplicate_charge"], texts=48, taught=12,
    )  # fmt: skip
    SampleScore.objects.bulk_create(
        SampleScore(
            model=model, sample=one, category="duplicate_charge", confidence=0.9, right=n % often != 0
        )
        for model, often in ((champion, 2), (challenger, 10))
        for n, one in enumerate(held)
    )
    Comparison.objects.create(
        challenger=challenger, champion=champion, trial=Trial.HELD_OUT, cases=400, gained=60, lost=4, p_value=1e-9,
        evidence=1e6, peak=1e6, gap=0.14, low=0.1, high=0.18, promotable=True,
    )  # fmt: skip
    return challenger


def test_models_and_corrections_have_no_barrier_and_fit_a_telephone(cast: Cast, sign_in: SignIn) -> None:
    """R096, R101, R102: filled, in both themes, and on 390 pixels."""
    books(cast)
    corrected(cast)
    prepared()
    found = {PAGE: looked_at(sign_in(cast.adam), PAGE)}
    found["/me/corrections/"] = looked_at(sign_in(cast.finn), "/me/corrections/")
    assert {path: barriers for path, barriers in found.items() if barriers} == {}


def test_a_challenger_is_refused_with_the_keyboard_alone(cast: Cast, sign_in: SignIn) -> None:
    """R101: G M, Tab to the reason, Enter without one says so beside it, Enter with one refuses."""
    challenger = books(cast)
    why = f"why-{challenger.pk}"
    desk = sign_in(cast.sunny).open("/queue/")
    desk.press("g", "m")
    desk.until(f"location.pathname === '{PAGE}'")
    desk.until("document.documentElement.dataset.ready === ''")
    for _ in range(60):
        if desk.focus() == why:
            break
        desk.press("Tab")
    assert desk.focus() == why
    desk.press("Enter")
    desk.until(f"document.getElementById('{why}')?.getAttribute('aria-invalid') === 'true'")
    desk.until("document.documentElement.dataset.ready === ''")
    desk.page.focus(f"#{why}")
    desk.type("It confuses two products")
    desk.press("Enter")
    desk.until("document.body.textContent.includes('Refused')")
    challenger.refresh_from_db()
    assert (challenger.state, challenger.because) == ("refused", "It confuses two products")
