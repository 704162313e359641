"""The pages of models, rules and one's own corrections, and their forms (R096, R101, R102)."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import Event, User
from escalations.models import Dataset, Job, ModelVersion, SampleScore
from escalations.services import scoring
from escalations.services.shipped import champion
from reviews.services.learning.datasets import make_dataset
from tests.cast import Cast
from tests.learning.models import NEW, THINGS, make_challenger, samples
from tests.learning.people import corrected, prepared, soon, taught
from tests.learning.test_promoting import compared

pytestmark = pytest.mark.django_db

SignedIn = Callable[[User], Browser]
PAGE = "/desk/models/"


@pytest.fixture
def challenger(cast: Cast, folder: Path) -> ModelVersion:
    """One that may be proposed."""
    first = champion()
    samples(cast, [(NEW.format(THINGS[0]), "duplicate_charge")])
    made = make_challenger(folder, first, make_dataset(actor=None, until=soon()))
    compared(made, gained=60, lost=4)
    return made


def test_the_page_shows_both_models_and_what_was_compared(
    cast: Cast, challenger: ModelVersion, signed_in: SignedIn
) -> None:
    """R096, R101."""
    text = signed_in(cast.adam).get(PAGE).content.decode()
    for word in (
        challenger.version,
        champion().version,
        "Propose it as champion",
        "+14.0 points",
        "Needs 30 held-out",
    ):
        assert word in text, word


def test_one_proposes_another_approves_twice_sent_is_once(
    cast: Cast, challenger: ModelVersion, signed_in: SignedIn
) -> None:
    adam, sunny = signed_in(cast.adam), signed_in(cast.sunny)
    for _ in range(2):
        assert adam.post(f"{PAGE}{challenger.pk}/propose/").status_code == 303
    assert adam.post(f"{PAGE}{challenger.pk}/approve/").status_code == 403
    assert "Approve it as champion" in sunny.get(PAGE).content.decode()
    for _ in range(2):
        assert sunny.post(f"{PAGE}{challenger.pk}/approve/").status_code == 303
    assert champion() == challenger
    assert Event.objects.filter(kind="model.promoted", actor_kind="human").count() == 1


def test_a_refusal_without_a_reason_says_so_beside_the_field(
    cast: Cast, challenger: ModelVersion, signed_in: SignedIn
) -> None:
    sunny, url = signed_in(cast.sunny), f"{PAGE}{challenger.pk}/refuse/"
    answer = sunny.post(url, {"because": " \x00 "})
    assert answer.status_code == 422
    assert "Say why: it cannot be undone." in answer.content.decode()
    assert sunny.post(url, {"because": "It confuses two products."}).status_code == 303
    challenger.refresh_from_db()
    assert (challenger.state, challenger.because) == ("refused", "It confuses two products.")
    assert "Refuse it" not in sunny.get(PAGE).content.decode()


def test_a_training_is_asked_for_on_the_page(
    cast: Cast, folder: Path, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    adam = signed_in(cast.adam)
    answer = adam.post(f"{PAGE}train/", follow=True)
    assert "Nobody has named a category yet" in answer.content.decode()
    samples(cast, [(NEW.format(THINGS[0]), "duplicate_charge")])
    monkeypatch.setattr("reviews.services.learning.datasets.MARGIN", timedelta(0))
    assert "is being trained" in adam.post(f"{PAGE}train/", follow=True).content.decode()
    assert Job.objects.filter(kind="train", state="ready").count() == 1


@pytest.mark.parametrize("who", ["fay", "sunny", "quinn", "audrey", "stan"])
def test_wrong_people_train_export_and_propose_nothing(
    cast: Cast, challenger: ModelVersion, signed_in: SignedIn, who: str
) -> None:
    browser, data = signed_in(cast.person(who)), Dataset.objects.latest("pk")
    for url in ("train/", f"{challenger.pk}/propose/", "datasets/", "rules/mine/"):
        assert browser.post(f"{PAGE}{url}").status_code == 403, url
    assert browser.get(f"{PAGE}datasets/{data.pk}/csv/").status_code == 403
    assert not Event.objects.filter(kind="dataset.exported").exists()


@pytest.mark.parametrize(
    ("method", "url"),
    [("post", "999999/propose/"), ("get", "datasets/999999/csv/"), ("get", "datasets/1/exe/"),
     ("post", "rules/999999/dismiss/"), ("post", "rules/mine/")],
)  # fmt: skip
def test_what_is_not_there_is_not_found(cast: Cast, signed_in: SignedIn, method: str, url: str) -> None:
    answer = getattr(signed_in(cast.adam), method)(
        f"{PAGE}{url}", {"type": "9" * 30} if method == "post" else None
    )
    assert answer.status_code == 404


def test_a_dataset_comes_as_a_file(cast: Cast, signed_in: SignedIn) -> None:
    """R096: line after line; the event names who took it."""
    corrected(cast)
    data = make_dataset(actor=None, client=cast.acme, until=soon())
    answer: Any = signed_in(cast.adam).get(f"{PAGE}datasets/{data.pk}/jsonl/")
    assert answer.streaming
    assert "attachment" in answer["Content-Disposition"]
    rows = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert rows[0]["corrections"][0]["error_type"] == "wrong_value"
    assert Event.objects.get(kind="dataset.exported").actor_id == str(cast.adam.pk)


def test_each_correction_tells_what_became_of_it(cast: Cast, folder: Path, signed_in: SignedIn) -> None:
    """R101, R102: waits; taken in; exported; in version v or kept back; the error gone or not."""
    finn, url = signed_in(cast.finn), "/me/corrections/"
    assert "You have corrected nothing" in finn.get(url).content.decode()
    category = {"name": "category", "value": "billing_dispute", "confidence": 0.6}
    decision = taught(
        cast, verb="correct", values={"category": "duplicate_charge"}, error_types={"category": "wrong_category"},
        case={"fields": [category]},
    )  # fmt: skip
    assert "Waits to be taken in." in finn.get(url).content.decode()
    sample = prepared()[0]
    assert (sample.category, sample.source) == ("duplicate_charge", "corrected")
    assert "in the next dataset" in finn.get(url).content.decode()
    data = make_dataset(actor=None, until=soon())
    text = finn.get(url).content.decode()
    assert f"In dataset {data.pk} of" in text
    assert "In no model yet." in text
    made = make_challenger(folder, champion(), data)
    where = "Kept back to test models" if sample.held_out else f"In model {made.version} (challenger)"
    assert where in finn.get(url).content.decode()
    scoring.score_later(champion())
    from tests.learning.models import learn

    learn(["score"])
    right = SampleScore.objects.get(model=champion(), sample=sample).right
    said = "The error is gone" if right else "The error is still there"
    assert said in finn.get(url).content.decode()
    other = signed_in(cast.fay).get(url).content.decode()
    assert decision.case.ref not in other
    trail = finn.get(f"/cases/{decision.case.ref}/timeline/").content.decode()
    assert "What became of the corrections" in trail
    assert f"In dataset {data.pk} of" in trail


def test_who_approves_reads_and_who_does_neither_is_shut_out(cast: Cast, signed_in: SignedIn) -> None:
    assert signed_in(cast.sunny).get(PAGE).status_code == 200
    assert signed_in(cast.quinn).get(PAGE).status_code == 200
    auditor = signed_in(cast.audrey).get(PAGE)  # of one client: no figures of everybody
    assert auditor.status_code == 200
    assert "Learning curve" not in auditor.content.decode()
    for person in (cast.fay, cast.stan):
        assert signed_in(person).get(PAGE).status_code == 403
        assert signed_in(person).get(f"{PAGE}rules/").status_code == 403
