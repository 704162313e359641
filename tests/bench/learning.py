"""How much people's corrections teach; `make bench-learning ARGS="banking77.csv clinc150.csv"`.

Each file (CSV with columns text and label) is streamed as cases of a desk whose model knows none of its categories: so
every case is corrected by a simulated person, who is right. One case in five only tests, as in the product
(reviews.services.learning.labels). After 200, 1,000 and 5,000 corrections a challenger is trained on them by the
product's own fit; its accuracy is measured on a quarter of the file that is never streamed. It is compared with the
champion on the held-out cases by the product's paired test, and promoted when that allows it. At each step worse
challengers are made too: with a third of the labels shuffled, with a half of the corrections, and the former champion
itself; they are asked after every 25 held-out cases. Exit status 1 when a worse one could ever have been promoted.
"""

import argparse
import csv
import os
import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from escalations.autonomy.intervals import wilson
from escalations.autonomy.pairs import Pair, compare
from escalations.triage.classifier.fit import fit_arrays
from escalations.triage.classifier.model import Parts
from escalations.triage.encoder.session import open_encoder
from reviews.services.learning.labels import held_out
from tests.bench.tables import table

STEPS = (200, 1_000, 5_000)
HEAD = (
    "stream",
    "corrections",
    "accuracy",
    "95 %",
    "tested on",
    "gain on held-out",
    "promoted",
    "worse ones promotable at any look",
)
LOOK = 25
TESTED = 0.25
Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stream:
    """Texts with their vectors and true classes, in the order in which the cases come; and the same to test on."""

    names: list[str]
    texts: list[str]
    vectors: Floats
    classes: Integers
    held: NDArray[np.bool_]
    test: "Rows"


@dataclass(frozen=True, slots=True)
class Rows:
    """Some texts, their vectors and true classes."""

    texts: list[str]
    vectors: Floats
    classes: Integers


@dataclass(frozen=True, slots=True)
class Model:
    """What was trained, and the classes it knows in their order; None knows nothing (the shipped model)."""

    parts: Parts | None

    def right(self, rows: Rows, names: Sequence[str]) -> NDArray[np.bool_]:
        """Which of the texts it reads right."""
        if self.parts is None:
            return np.zeros(len(rows.texts), dtype=bool)
        words = self.parts.features.matrix(rows.texts)
        meaning, wording = self.parts.meaning.dense(rows.vectors), self.parts.wording.sparse(words)
        said = self.parts.scales.log_probabilities(meaning, wording).argmax(axis=1)
        known = {name: n for n, name in enumerate(names)}
        return np.asarray(np.array([known[self.parts.labels[n]] for n in said]) == rows.classes)


def read(path: Path) -> Stream:
    """The file, shuffled once and for all."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["text"], row["label"]) for row in csv.DictReader(file)]
    dice = np.random.default_rng(0)
    rows = [rows[int(n)] for n in dice.permutation(len(rows)) if rows[int(n)][1] != "oos"]
    names = sorted({label for _, label in rows})
    place = {name: n for n, name in enumerate(names)}
    cut = int(TESTED * len(rows))
    texts = [text for text, _ in rows]
    classes = np.array([place[label] for _, label in rows])
    vectors = open_encoder(settings.HANDRAIL_MODEL_DIR).vectors(texts, 2)
    held = np.array([held_out(uuid.UUID(int=int(n))) for n in range(cut, len(rows))])
    test = Rows(texts[:cut], vectors[:cut], classes[:cut])
    return Stream(names, texts[cut:], vectors[cut:], classes[cut:], held, test)


def taught(stream: Stream, count: int, *, labels: Integers | None = None) -> Model:
    """Trained on the first `count` cases that teach."""
    rows = np.flatnonzero(~stream.held)[:count]
    classes = (stream.classes if labels is None else labels)[rows]
    seen = np.unique(classes)
    place = np.searchsorted(seen, classes)
    texts = [stream.texts[int(row)] for row in rows]
    names = [stream.names[int(n)] for n in seen]
    return Model(fit_arrays(texts, names, place, stream.vectors[rows], folds=2))


def until(stream: Stream, count: int) -> Rows:
    """The held-out cases that came before the `count`th that teaches."""
    last = int(np.flatnonzero(~stream.held)[count - 1])
    rows = np.flatnonzero(stream.held[: last + 1])
    return Rows([stream.texts[int(n)] for n in rows], stream.vectors[rows], stream.classes[rows])


def ever_promotable(champion: NDArray[np.bool_], challenger: NDArray[np.bool_]) -> bool:
    """Asked after every LOOK cases: could people have promoted it at any look?"""
    pairs = [Pair(bool(a), bool(b)) for a, b in zip(champion, challenger, strict=True)]
    looks = [*range(LOOK, len(pairs), LOOK), len(pairs)]
    return any(compare(pairs[:look]).promotable() for look in looks)


def shuffled(stream: Stream) -> Integers:
    """The classes with a third of them dealt out anew."""
    dice, classes = np.random.default_rng(1), stream.classes.copy()
    rows = np.flatnonzero(dice.random(len(classes)) < 1 / 3)
    classes[rows] = dice.permutation(classes[rows])
    return classes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, help="CSV files with the columns text and label")
    lines, wrongly = [], 0
    for path in parser.parse_args().files:
        stream, champion = read(path), Model(None)
        for step in STEPS:
            if step > int((~stream.held).sum()):
                break
            challenger, held = taught(stream, step), until(stream, step)
            before, after = (one.right(held, stream.names) for one in (champion, challenger))
            found = compare(Pair(bool(a), bool(b)) for a, b in zip(before, after, strict=True))
            promoted = found.promotable()
            best = challenger if promoted else champion
            worse = {
                "a third of the labels shuffled": taught(stream, step, labels=shuffled(stream)),
                "half of the corrections": taught(stream, step // 2),
                "the former champion": champion,
            }
            now = best.right(held, stream.names)
            slips = [
                name for name, one in worse.items() if ever_promotable(now, one.right(held, stream.names))
            ]
            wrongly += len(slips)
            right = challenger.right(stream.test, stream.names)
            share = wilson(int(right.sum()), len(right))
            assert share is not None
            lines.append((
                path.stem, f"{step:,}", f"{share.estimate:.3f}", f"{share.low:.3f} to {share.high:.3f}",
                f"{len(right):,}", f"{found.gap.estimate:+.3f} on {found.cases}", "yes" if promoted else "no",
                ", ".join(slips) or f"none of {len(worse)}",
            ))  # fmt: skip
            print(*lines[-1], sep="  ", flush=True)
            champion = best
    head = (
        "stream",
        "corrections",
        "accuracy",
        "95 %",
        "tested on",
        "gain on held-out",
        "promoted",
        "worse ones promoted",
    )
    print(table(head, lines))
    return 1 if wrongly else 0


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        os.environ.setdefault(
            name, "postgres:///none" if name == "DATABASE_URL" else "redis://none"
        )  # nothing connects
    django.setup()
    sys.exit(main())
