"""R117: the accuracy of what the AI settles, its interval, and agreement beyond chance."""

import random
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score

from escalations.autonomy.labels import Label
from escalations.models import AuditDraw, AuditItem, BlindLabel
from escalations.selectors.accuracy import accuracy, accuracy_of, covered
from escalations.services.auditing import commit_period
from reviews.selectors.audits.agreement import kappa
from tests.cast import Cast

ANSWERS = ("faq", "order", "bill")


def test_labels_drawn_with_one_chance_have_the_exact_interval() -> None:
    """R117: Clopper and Pearson, both sides."""
    found = accuracy([Label(0.9, number < 3, 0.05) for number in range(60)])
    exact = binomtest(57, 60).proportion_ci(method="exact")
    assert (found.labels, found.wrong, found.method) == (60, 3, "exact")
    assert found.share == pytest.approx(0.95)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))


def test_labels_drawn_with_different_chances_are_weighed_back() -> None:
    """R117: of the risky half 30 % are wrong and nearly all are drawn; of the other 2 %, and few are."""
    dice = random.Random(11)
    labels, truth = [], 0
    for _ in range(6000):
        risky = dice.random() < 0.5
        wrong, chance = dice.random() < (0.3 if risky else 0.02), 0.9 if risky else 0.1
        truth += not wrong
        if dice.random() < chance:
            labels.append(Label(0.8, wrong, chance))
    found = accuracy(labels)
    bare = 1 - found.wrong / found.labels
    assert found.method == "weighted"
    assert found.share is not None
    assert abs(found.share - truth / 6000) < 0.02 < abs(bare - truth / 6000)
    assert found.low < truth / 6000 < found.high
    assert found.high - found.low < 0.12


def test_without_a_label_nothing_is_claimed() -> None:
    found = accuracy([])
    assert (found.share, found.low, found.high) == (None, 0.0, 1.0)


def test_figures_of_a_type_count_its_settled_cases_within_the_time(cast: Cast) -> None:
    """R117: per case type; candidates are no automated transactions."""
    kind, now = cast.case_type("faq_chat"), datetime.now(UTC)
    period = commit_period(cast.acme, now)
    for number, (arm, wrong) in enumerate([("settled", False), ("settled", True), ("candidate", True)]):
        case = uuid.uuid4()  # draws are not checked against cases
        draw = AuditDraw.objects.create(
            case_id=case, decision_id=case, period=period, case_type=kind, arm=arm, score=0.9, rate=0.5,
            probability=0.5, uniform=True, policy=cast.policy, at=now - timedelta(days=number),
        )  # fmt: skip
        verdict = "wrong" if wrong else "right"
        item = AuditItem.objects.create(
            draw=draw, case_id=case, case_type=kind, state="done", verdict=verdict, done_at=now
        )
        BlindLabel.objects.create(
            item=item, case_type=kind, score=0.9, wrong=wrong, probability=0.5, policy=cast.policy,
            settled=arm == "settled",
        )  # fmt: skip
    found = covered([kind.pk], now - timedelta(days=9))[kind.pk]
    assert (found.settled, found.drawn, found.concluded, found.planned) == (2, 2, 2, 1.0)
    assert found.spread == pytest.approx(0.5**0.5)
    assert not found.unlikely
    assert (found.candidates, found.candidates_drawn) == (1, 1)
    assert (found.accuracy.labels, found.accuracy.wrong) == (2, 1)
    assert accuracy_of(case_type=kind.pk, since=now - timedelta(hours=1)).wrong == 0
    assert accuracy_of(client=cast.birch.pk).labels == 0
    assert accuracy_of(client=cast.acme.pk, until=now - timedelta(hours=1)).wrong == 1


def pairs(dice: random.Random, n: int, same: float = 0.8) -> list[tuple[str, str]]:
    """Answers of two readers who agree by insight so often, and otherwise by chance."""
    found = []
    for _ in range(n):
        first = dice.choices(ANSWERS, (6, 3, 1))[0]
        found.append((first, first if dice.random() < same else dice.choices(ANSWERS, (6, 3, 1))[0]))
    return found


def test_kappa_is_cohens_and_its_interval_holds_the_truth() -> None:
    dice = random.Random(3)
    sample = pairs(dice, 120)
    found = kappa(sample)
    assert found is not None
    assert found.kappa == pytest.approx(cohen_kappa_score(*zip(*sample, strict=True)))
    held = [one.low <= 0.8 <= one.high for _ in range(300) if (one := kappa(pairs(dice, 150))) is not None]
    assert 0.90 <= sum(held) / 300 <= 0.99


def test_kappa_says_nothing_of_few_cases_or_of_one_answer() -> None:
    assert kappa([("faq", "faq")] * 29) is None
    assert kappa([("faq", "faq")] * 500) is None
