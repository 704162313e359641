"""What lists ask of cases (R028)."""

import pytest

from escalations.models import Case
from escalations.selectors.cases import below_confidence, visible_cases
from tests.cast import Cast
from tests.engine import Scripted, down, make_due, work
from tests.escalations.bodies import faq
from tests.escalations.cases import queued, received

pytestmark = pytest.mark.django_db


def test_cases_below_a_confidence_are_found_with_score_and_threshold(cast: Cast) -> None:
    """R028: strictly below; a case that nothing could judge is never left out; a case not judged yet is."""
    low, edge, high = (queued(cast, engine=Scripted(confidence=c), **faq()) for c in (0.29, 0.3, 0.6))
    unjudged = received(cast)
    work(down())
    make_due(unjudged, "triage_deadline")
    work(down())
    received(cast)
    found = below_confidence(visible_cases(cast.finn), 0.3)
    assert set(found) == {low, unjudged}
    assert set(below_confidence(Case.objects.all(), 0.31)) == {low, edge, unjudged}
    assert high not in below_confidence(Case.objects.all(), 0.6)
    assert (low.confidence, low.threshold) == (0.29, 0.75)
