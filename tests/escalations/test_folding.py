"""The count of waiting cases stays exact and short."""

import pytest
from django.db.models import Sum

from escalations.models import Backlog, Case
from escalations.services.folding import fold_backlog
from tests.cast import Cast
from tests.engine import Scripted
from tests.escalations.bodies import faq
from tests.escalations.cases import queued
from tests.escalations.people import claim

pytestmark = pytest.mark.django_db


def counted(cast: Cast) -> dict[str, int]:
    rows = Backlog.objects.values("queue__slug").annotate(sum=Sum("n"))
    return {row["queue__slug"]: row["sum"] for row in rows if row["sum"]}


def test_folding_changes_no_count_and_leaves_one_row_a_kind(cast: Cast) -> None:
    for _ in range(3):
        queued(cast)
        queued(cast, engine=Scripted(confidence=0.3), **faq())
    claim(Case.objects.filter(state="queued", queue__slug="billing").earliest("created_at"), cast.sunny)
    before, rows = counted(cast), Backlog.objects.count()
    fold_backlog()
    assert counted(cast) == before == {"billing": 2, "frontline": 3}
    assert Backlog.objects.count() == 2 < rows
    fold_backlog()
    assert counted(cast) == before
