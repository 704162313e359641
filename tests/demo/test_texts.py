"""The training texts of the shipped model: ours, many, distinct, the same every time."""

from collections import Counter
from random import Random

import pytest

from config.demo import world
from config.demo.texts import BODIES, frames, scope, training_set
from config.demo.texts.grammar import expand

ROWS = training_set()


def test_every_category_has_at_least_150_distinct_texts_and_out_of_scope_has_more() -> None:
    counts = Counter(label for _, label in ROWS)
    assert set(counts) == {category.slug for category in world.CATEGORIES} | {world.OUT_OF_SCOPE}
    assert min(counts.values()) >= 150
    assert counts[world.OUT_OF_SCOPE] >= 300


def test_no_text_stands_under_two_labels_or_twice() -> None:
    texts = [" ".join(text.lower().split()) for text, _ in ROWS]
    exact = [text for text, _ in ROWS]
    assert len(exact) == len(set(exact))
    labels: dict[str, set[str]] = {}
    for text, (_, label) in zip(texts, ROWS, strict=True):
        labels.setdefault(text, set()).add(label)
    assert [text for text, found in labels.items() if len(found) > 1] == []


def test_the_same_seed_gives_the_same_texts_and_another_seed_gives_others() -> None:
    assert training_set() == ROWS
    other = {text for text, _ in training_set(seed=8)}
    assert len(other & {text for text, _ in ROWS}) < len(ROWS) / 2


def test_texts_are_short_and_long_plain_and_polite() -> None:
    """Several registers: a model trained on one kind of text alone would fail on the others."""
    words = sorted(len(text.split()) for text, _ in ROWS)
    assert words[len(words) // 20] <= 7
    assert words[-len(words) // 20] >= 45
    assert 0.2 < sum(text.endswith((".", "!", "?")) for text, _ in ROWS) / len(ROWS) < 0.95


@pytest.mark.parametrize("frame", ["OPENERS", "CLOSERS", "DETAILS", "SMALL_TALK", "ANGRY_TAILS"])
def test_greetings_and_endings_give_no_category_away(frame: str) -> None:
    """Each is used by (nearly) every category that people write to."""
    for line in filter(None, getattr(frames, frame)):
        if "{" in line:
            continue
        using = {label for text, label in ROWS if line.lower() in text.lower()}
        assert len(using) >= 8, line


def test_every_body_can_be_said_and_leaves_no_marks() -> None:
    dice = Random(1)
    for body in (*(b for bodies in BODIES.values() for b in bodies), *scope.BODIES):
        for _ in range(8):
            said = expand(body, dice)
            assert said
            assert not set(said) & set("[]{}|"), said


def test_no_text_is_about_a_real_address() -> None:
    for text, _ in ROWS:
        assert "http" not in text
        assert "@" not in text or "example." in text
