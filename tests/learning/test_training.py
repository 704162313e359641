"""Challengers: trained in a worker, compared on cases that taught nobody (R096, R101)."""

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from accounts.models import Event
from escalations.choices import ModelState
from escalations.errors import Conflict, NotAllowed
from escalations.models import Comparison, Dataset, Job, ModelVersion, Sample, SampleScore
from escalations.services import due, training
from escalations.services.shipped import champion
from escalations.triage.classifier.store import read_about
from escalations.triage.classifier.texts import Texts, kept_texts
from escalations.triage.types import TriageError
from reviews.services.learning.datasets import make_dataset
from tests.cast import Cast
from tests.learning.models import BASE, CATEGORY, NEW, THINGS, job, learn, model, samples
from tests.learning.people import soon

pytestmark = pytest.mark.django_db

TAUGHT = [(NEW.format(thing), CATEGORY) for thing in THINGS]
TESTED = [(NEW.format(f"{thing} of last week"), CATEGORY) for thing in THINGS]


def asked(cast: Cast) -> Dataset:
    """A dataset, and a training of a challenger on it that is due."""
    dataset = make_dataset(actor=cast.adam, until=soon())
    training.train_later(dataset=dataset, actor=cast.adam)
    return dataset


def test_a_challenger_learns_what_people_taught_and_is_compared(cast: Cast, folder: Path) -> None:
    """R096, R101: better on held-out cases, by a paired exact test; its file's hash is in the ledger."""
    samples(cast, TAUGHT)
    samples(cast, TESTED, held_out=True)
    dataset = asked(cast)
    learn()
    made, first = model(), model(0)
    assert (first.state, first.name, first.dataset) == (ModelState.CHAMPION, "default", None)
    assert (made.state, made.dataset, made.taught) == (ModelState.CHALLENGER, dataset, 1)
    about = read_about(folder / f"{made.name}.json")
    line = Event.objects.get(kind="model.trained")
    assert line.data["sha256"] == made.artifact_sha256 == about["arrays_sha256"]
    assert (line.data["digest"], line.data["named"]) == (dataset.digest, made.version)
    assert SampleScore.objects.filter(model=made, sample__held_out=True).count() == len(TESTED)
    assert Comparison.objects.get(challenger=made).cases == len(TESTED)


def test_held_out_cases_and_their_texts_teach_nothing(cast: Cast) -> None:
    """R096: not even where the same words came in a case that may teach."""
    held = samples(cast, TAUGHT[:3], held_out=True)
    samples(cast, TAUGHT[:1])
    samples(cast, [("Quite other words about my refund", "refund_request")], case=None)
    dataset = make_dataset(actor=cast.adam, until=soon())
    texts = [text for text, _ in BASE]
    base = Texts(tuple(texts), tuple(label for _, label in BASE), None)
    found = training.material_of(dataset, base)
    assert not {(sample.content or {})["text"] for sample in held} & set(found.texts)
    assert "Quite other words about my refund" in found.texts
    assert found.taught == 1


def test_the_last_word_on_a_case_teaches(cast: Cast) -> None:
    """Read blind, then corrected, then confirmed; the newest of these."""
    one = samples(cast, [("Same words", "refund_request")], source="blind")[0].case
    samples(cast, [("Same words", "duplicate_charge")], source="corrected", case=one)
    two = samples(cast, [("Other words", "refund_request")], source="corrected")[0].case
    samples(cast, [("Other words", "duplicate_charge")], source="corrected", case=two)
    dataset = make_dataset(actor=cast.adam, until=soon())
    found = training.material_of(dataset, Texts((), (), None))
    assert dict(zip(found.texts, found.labels, strict=True)) == {
        "Same words": "refund_request",
        "Other words": "duplicate_charge",
    }


def test_a_worker_killed_while_training_leaves_the_job_and_there_is_one_model(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples(cast, TAUGHT)
    asked(cast)
    with monkeypatch.context() as patch:
        patch.setattr(training, "_kept", _killed)
        taken = due.take(["train"])
        assert taken is not None
        with pytest.raises(KeyboardInterrupt):
            training.train_challenger(taken)
    assert not ModelVersion.objects.filter(dataset__isnull=False).exists()
    Job.objects.filter(pk=taken.pk).update(next_at=Now())  # the lease ran out
    again = due.take(["train"])
    assert again is not None
    assert again.token == taken.token + 1
    training.train_challenger(again)
    with pytest.raises(Exception, match="taken by somebody else"):  # the first comes back
        training.train_challenger(taken)
    assert ModelVersion.objects.filter(dataset__isnull=False).count() == 1
    assert Event.objects.filter(kind="model.trained").count() == 1


def _killed(*_: Any) -> None:
    raise KeyboardInterrupt


def test_training_is_asked_for_once_and_by_whom_it_is_given(cast: Cast, folder: Path) -> None:
    samples(cast, TAUGHT)
    dataset = asked(cast)
    training.train_later(dataset=dataset, actor=cast.adam)
    assert job("train").payload == {"dataset": dataset.pk}
    for person in (cast.fay, cast.sunny, cast.quinn, cast.stan):
        with pytest.raises(NotAllowed):
            training.train_later(dataset=dataset, actor=person)
    learn()
    with pytest.raises(Conflict, match="Nothing came"):
        training.train_later(dataset=dataset, actor=cast.adam)
    with pytest.raises(Conflict, match="everybody"):
        training.train_later(
            dataset=make_dataset(actor=cast.adam, client=cast.acme, until=soon()), actor=cast.adam
        )


def test_nothing_to_learn_from_is_said(cast: Cast, folder: Path) -> None:
    with pytest.raises(Conflict, match="Nobody has named"):
        training.train_later(dataset=make_dataset(actor=cast.adam, until=soon()), actor=cast.adam)


def test_texts_of_another_model_teach_nothing(folder: Path) -> None:
    (folder / "default-texts.json.gz").write_bytes(b"garbage")
    with pytest.raises(TriageError, match="cannot be read"):
        kept_texts(folder, "default")
    (folder / "default-texts.json.gz").unlink()
    with pytest.raises(TriageError, match="train_triage"):
        kept_texts(folder, "default")


def test_a_replaced_shipped_model_is_the_champion_from_then_on(cast: Cast, folder: Path) -> None:
    first = champion()
    assert champion() == first
    for path in folder.glob("default*"):
        path.unlink()
    from escalations.triage.classifier import train
    from escalations.triage.encoder.session import open_encoder

    texts, labels = zip(*BASE[:30], strict=True)
    train(texts, labels, name="default", out=folder, encoder=open_encoder(folder), folds=2)
    second = champion()
    assert second.version != first.version
    first.refresh_from_db()
    assert (first.state, second.state) == (ModelState.RETIRED, ModelState.CHAMPION)


def test_the_database_keeps_models_and_scores_as_they_were(cast: Cast, folder: Path) -> None:
    samples(cast, TESTED[:2], held_out=True)
    samples(cast, TAUGHT)
    asked(cast)
    learn()
    for rows, change in (
        (ModelVersion.objects, {"version": "x"}), (ModelVersion.objects, {"artifact_sha256": "0" * 64}),
        (SampleScore.objects, {"right": True}), (Comparison.objects, {"promotable": True}),
        (Sample.objects, {"held_out": True}),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="starts as a challenger"), transaction.atomic():
        ModelVersion.objects.create(
            name="x", version="x-1", state="champion", dataset=make_dataset(actor=None, until=soon()),
            artifact_sha256="0" * 64, labels=[], texts=0,
        )  # fmt: skip
