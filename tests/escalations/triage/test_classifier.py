"""Learning, judging, storing and loading."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from escalations.triage.classifier import Classifier, load, train
from escalations.triage.classifier.errors import DataError, ModelError
from escalations.triage.classifier.folds import assign_folds
from escalations.triage.classifier.store import read_info
from escalations.triage.encoder.session import Encoder
from tests.escalations.triage.cases import LABELS, TEXTS

UNSEEN = {
    "late_parcel": "The package still has not come, where is it?",
    "double_charge": "My credit card shows the payment two times.",
    "password": "I don't remember my password and can't get in.",
    "opening_hours": "Are you open on Saturday evening?",
}


@pytest.mark.parametrize(("label", "text"), UNSEEN.items())
def test_unseen_sentences_find_their_category(classifier: Classifier, label: str, text: str) -> None:
    """R001: a category for each text."""
    judged = classifier.judge(text)
    assert judged.category == label
    assert judged.ranked[0][0] == label
    assert sum(share for _, share in judged.ranked) == pytest.approx(1)
    assert 0 <= judged.confidence <= 1


def test_foreign_texts_stand_out_and_are_not_sure(classifier: Classifier) -> None:
    """R022: what fits no category must not look like one."""
    known = [classifier.judge(text) for text in UNSEEN.values()]
    foreign = [
        classifier.judge(text)
        for text in ("Knit one, purl two, then turn the work.", "qwpo zxnv mmm", "E equals m c squared.", "")
    ]
    assert min(j.out_of_scope for j in foreign) > max(j.out_of_scope for j in known)
    assert min(j.out_of_scope for j in foreign) > 0.5
    assert max(j.confidence for j in foreign) < min(j.confidence for j in known)


def test_only_the_clients_own_categories_are_chosen(classifier: Classifier) -> None:
    allowed = ("late_parcel", "password", "not_in_the_model")
    judged = classifier.judge("My card was billed twice.", allowed)
    assert {label for label, _ in judged.ranked} == {"late_parcel", "password"}
    assert judged.out_of_scope > classifier.judge("My card was billed twice.").out_of_scope


def test_the_same_data_make_the_same_model(encoder: Encoder, model_path: Path, tmp_path: Path) -> None:
    again = train(TEXTS, LABELS, name="small", out=tmp_path, encoder=encoder)
    assert again.version == read_info(model_path).version
    assert again.version.startswith("small-")


def test_a_stored_model_judges_as_the_one_that_was_trained(
    classifier: Classifier, model_path: Path, encoder: Encoder
) -> None:
    loaded = load(model_path, encoder)
    for text in UNSEEN.values():
        assert loaded.judge(text) == classifier.judge(text)


def copy_of(model_path: Path, folder: Path) -> Path:
    for path in model_path.parent.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder / model_path.name


def test_damaged_arrays_are_refused(model_path: Path, encoder: Encoder, tmp_path: Path) -> None:
    path = copy_of(model_path, tmp_path)
    arrays = next(tmp_path.glob("*.npz"))
    content = bytearray(arrays.read_bytes())
    content[len(content) // 2] ^= 1
    arrays.write_bytes(content)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        load(path, encoder)


def test_an_altered_description_is_refused(model_path: Path, encoder: Encoder, tmp_path: Path) -> None:
    path = copy_of(model_path, tmp_path)
    about = json.loads(path.read_text())
    about["labels"][0] = "harmless"
    path.write_text(json.dumps(about))
    with pytest.raises(ModelError, match="altered"):
        load(path, encoder)


def test_pickled_objects_are_never_loaded(model_path: Path, encoder: Encoder, tmp_path: Path) -> None:
    path = copy_of(model_path, tmp_path)
    path.write_bytes(pickle.dumps({"format": 1}))
    with pytest.raises(ModelError, match="cannot be read"):
        load(path, encoder)


def test_a_model_of_another_encoder_is_refused(
    model_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "name", "another")
    with pytest.raises(ModelError, match="train again"):
        load(model_path, encoder)


def test_a_missing_model_says_how_to_get_one(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(ModelError, match="train_triage"):
        load(tmp_path / "default.json", encoder)


def test_a_new_model_replaces_the_arrays_of_the_old(encoder: Encoder, tmp_path: Path) -> None:
    train(TEXTS, LABELS, name="m", out=tmp_path, encoder=encoder)
    info = train(TEXTS[:-2], LABELS[:-2], name="m", out=tmp_path, encoder=encoder)
    assert len(list(tmp_path.glob("*.npz"))) == 1
    assert load(info.path, encoder).version == info.version


def test_two_categories_and_a_lone_example_are_enough(encoder: Encoder, tmp_path: Path) -> None:
    texts = [*TEXTS[:20], "Please send me a brochure."]
    labels = [*LABELS[:20], "brochure"]
    info = train(texts, labels, name="few", out=tmp_path, encoder=encoder)
    judged = load(info.path, encoder).judge("My card was charged twice")
    assert judged.category == "double_charge"
    pair = train(TEXTS[:20], LABELS[:20], name="pair", out=tmp_path, encoder=encoder)
    assert load(pair.path, encoder).judge("Where is the package?").category == "late_parcel"


@pytest.mark.parametrize(
    ("texts", "labels", "reason"),
    [
        (["a", "b"], ["x", "x"], "two different labels"),
        (["a", "b"], ["x", "oos"], "two different labels"),
        (["a", "b"], ["x"], "2 texts but 1 labels"),
        (["a", "b"], ["x", "y"], "only once"),
        ([], [], "two different labels"),
    ],
)
def test_data_that_cannot_teach_is_refused(
    encoder: Encoder, tmp_path: Path, texts: list[str], labels: list[str], reason: str
) -> None:
    with pytest.raises(DataError, match=reason):
        train(texts, labels, oos_label="oos", name="bad", out=tmp_path, encoder=encoder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".hidden", "x" * 65])
def test_a_model_name_cannot_leave_its_folder(encoder: Encoder, tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="no model name"):
        train(TEXTS, LABELS, name=name, out=tmp_path, encoder=encoder)


def test_folds_spread_every_class_and_never_hold_out_a_lone_row() -> None:
    classes = np.array([0] * 10 + [1] * 3 + [2])
    placed = assign_folds(classes, 5)
    assert sorted(placed[:10]) == sorted([*range(5), *range(5)])
    assert len(set(placed[10:13])) == 3
    assert placed[13] == -1
