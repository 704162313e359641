"""Figures on public data, where a copy lies beside the checkout.

Every run measures one small set and a part of a large one. With HANDRAIL_FULL_DATA=1 the full ones are
measured too (minutes).
"""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from sklearn.model_selection import train_test_split

from escalations.triage.classifier import load, train
from escalations.triage.classifier.evaluate import evaluate
from escalations.triage.encoder.session import Encoder

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="no public data in ../shared/data")
full = pytest.mark.skipif("HANDRAIL_FULL_DATA" not in os.environ, reason="HANDRAIL_FULL_DATA is not set")

Rows = list[tuple[str, str]]


def read(name: str, label: str = "") -> Rows:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [(row["text"], label or row["label"]) for row in csv.DictReader(file)]


def split(rows: Rows, share: float) -> tuple[Rows, Rows]:
    kept, held = train_test_split(rows, test_size=share, stratify=[r[1] for r in rows], random_state=0)
    return kept, held


@dataclass
class Measure:
    encoder: Encoder
    out: Path

    def __call__(self, learned: Rows, tested: Rows, oos: str | None = None) -> dict[str, float]:
        texts, labels = zip(*learned, strict=True)
        info = train(texts, labels, oos_label=oos, name="measured", out=self.out, encoder=self.encoder)
        held, truth = zip(*tested, strict=True)
        return evaluate(load(info.path, self.encoder), held, truth, oos)


@pytest.fixture
def measure(encoder: Encoder, tmp_path: Path) -> Measure:
    return Measure(encoder, tmp_path)


def test_a_shops_few_hundred_questions_and_its_neighbours_as_strangers(measure: Measure) -> None:
    learned, held = split(read("hint3_curekart_train"), 0.25)
    strangers = [*read("hint3_powerplay11_train", "none")[::3], *read("hint3_sofmattress_train", "none")[::3]]
    figures = measure(learned, [*held, *strangers], "none")
    assert figures["accuracy"] >= 0.82
    assert figures["oos_auroc"] >= 0.80


def test_six_intents_of_a_bank(measure: Measure) -> None:
    rows = read("banking77_train")
    chosen = sorted({label for _, label in rows})[::13]
    learned, held = split([row for row in rows if row[1] in chosen], 0.3)
    figures = measure(learned, held)
    assert figures["accuracy"] >= 0.95
    assert figures["ece"] <= 0.04
    assert figures["coverage_at_98"] >= 0.9


@full
def test_all_intents_of_a_bank(measure: Measure) -> None:
    figures = measure(*split(read("banking77_train"), 0.23))
    assert figures["accuracy"] >= 0.925
    assert figures["ece"] <= 0.025
    assert figures["coverage_at_98"] >= 0.83


@full
def test_an_assistants_intents_and_what_lies_outside(measure: Measure) -> None:
    figures = measure(read("clinc150_train"), read("clinc150_val"), "oos")
    assert figures["accuracy"] >= 0.94
    assert figures["oos_auroc"] >= 0.95
