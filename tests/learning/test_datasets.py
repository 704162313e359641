"""Datasets: nothing that people taught is lost (R096, R102)."""

import hashlib

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from accounts.errors import Invalid, NotAllowed
from accounts.models import Event
from escalations.models import Dataset, Sample
from reviews.models import Correction, TrainingExample
from reviews.services.learning.datasets import make_dataset
from reviews.services.learning.sampling import _from_examples, prepare_samples
from reviews.services.undo import undo_decision
from tests.cast import Cast
from tests.learning.people import corrected, prepared, soon, taught
from tests.reviews.makers import SECRET

pytestmark = pytest.mark.django_db


def made(cast: Cast, **where: object) -> Dataset:
    return make_dataset(actor=cast.adam, until=soon(), **where)  # type: ignore[arg-type]


def test_made_is_exported_and_left_out(cast: Cast) -> None:
    """R102: every decision and every corrected field stands in the dataset, or the reason why not."""
    taught(cast)
    corrected(cast)
    back = corrected(cast, closed=False)
    undo_decision(decision_id=back.pk, actor=cast.finn)
    found = made(cast)
    assert (
        (found.made, found.exported, found.excluded) == (3, 2, 1) == (TrainingExample.objects.count(), 2, 1)
    )
    assert found.reasons == {"undone": 1}
    assert (found.corrections, found.corrections_exported) == (Correction.objects.count(), 1)
    line = Event.objects.get(kind="dataset.made")
    assert (line.data["digest"], line.data["made"]) == (found.digest, 3)
    assert line.actor_id == str(cast.adam.pk)


def test_the_hash_is_of_the_exported_samples_in_their_order(cast: Cast) -> None:
    """R096."""
    for _ in range(3):
        taught(cast)
    found = made(cast)
    digests = Sample.objects.filter(excluded="").order_by("pk").values_list("digest", flat=True)
    assert found.digest == hashlib.sha256("".join(f"{one}\n" for one in digests).encode()).hexdigest()


def test_what_may_still_be_taken_back_is_waited_for(cast: Cast) -> None:
    """R102: it is not in this dataset, and it is in the next."""
    taught(cast)
    open_ = corrected(cast, closed=False)
    first = made(cast)
    assert first.made == 1
    undo_decision(decision_id=open_.pk, actor=cast.finn)
    second = made(cast)
    assert (second.made, second.excluded) == (2, 1)


def test_nothing_new_makes_no_new_dataset(cast: Cast) -> None:
    taught(cast)
    assert made(cast) == made(cast)
    assert Event.objects.filter(kind="dataset.made").count() == 1


def test_a_dataset_is_of_its_client_and_type_alone(cast: Cast) -> None:
    taught(cast)
    assert made(cast, client=cast.acme).made == 1
    assert made(cast, client=cast.birch).made == 0
    assert made(cast, case_type=cast.case_type("faq_chat")).made == 0
    with pytest.raises(Invalid):
        made(cast, client=cast.birch, case_type=cast.case_type("faq_chat"))


def test_only_who_manages_models_makes_datasets(cast: Cast) -> None:
    for person in (cast.fay, cast.sunny, cast.quinn, cast.audrey, cast.stan):
        with pytest.raises(NotAllowed):
            make_dataset(actor=person, until=soon())
    assert not Dataset.objects.exists()


def test_prepared_twice_is_prepared_once(cast: Cast) -> None:
    taught(cast)
    assert prepare_samples(until=soon()) == 1
    assert prepare_samples(until=soon()) == 0


def test_what_was_passed_by_is_found_when_the_count_is_short(cast: Cast) -> None:
    """R102: an example that committed late, behind one that came after it."""
    first, second = taught(cast), taught(cast)
    Sample.objects.bulk_create(_from_examples([TrainingExample.objects.get(decision=second)]))
    assert prepare_samples(until=soon()) == 0
    assert made(cast).made == 2
    assert set(Sample.objects.values_list("decision", flat=True)) == {first.pk, second.pk}


def test_the_database_refuses_a_dataset_that_loses_something(cast: Cast) -> None:
    """R102: whoever counts wrongly, the database counts again."""
    taught(cast)
    corrected(cast)
    counts = {"made": 0, "exported": 0, "excluded": 0, "corrections": 0, "corrections_exported": 0, "taught": 0,
              "held_out": 0}  # fmt: skip
    with pytest.raises(DatabaseError, match="loses nothing"), transaction.atomic():
        Dataset.objects.create(last_sample=0, up_to=soon(), digest="", **counts)


def test_samples_and_datasets_stay_as_they_were(cast: Cast) -> None:
    taught(cast)
    made(cast)
    for rows, change in ((Sample.objects, {"category": F("said")}), (Dataset.objects, {"made": 9})):
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            rows.all()._raw_delete("default")


def test_no_personal_data_stands_in_a_sample(cast: Cast) -> None:
    """R096: names and numbers of the record are placeholders in every text and value, the same one everywhere."""
    taught(
        cast, verb="correct", values={"account_number": "NL-77"}, error_types={"account_number": "wrong_value"},
        reply=f"Dear Kim {SECRET}, we refund 84.20.",
    )  # fmt: skip
    content = prepared()[0].content or {}
    for word in (SECRET, "Kim", "NL-77"):
        assert word not in str(content)
    assert "two payments of 84.20" in content["text"]
    assert "Dear [" in content["person"]["reply"]
    change = content["corrections"][0]
    assert change["before"] != change["after"]


def test_a_sample_is_of_what_the_reader_could_know(cast: Cast) -> None:
    """A message that came after the decision teaches nothing about it."""
    from escalations.models import Message

    decision = taught(cast)
    Message.objects.create(
        case_id=decision.case_id, position=9, author="customer", text="Thanks, solved!", at=soon(), salt=b"x"
    )
    assert "solved" not in (prepared()[0].content or {})["text"]
