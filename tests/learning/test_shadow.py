"""Shadow: the challenger judges live cases, and nothing comes of it (R096)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from accounts.choices import EventKind
from accounts.models import Event
from escalations.choices import ModelState
from escalations.handlers import GIVEN_UP, HANDLERS
from escalations.models import (
    Alert,
    Case,
    Dataset,
    Decision,
    Delivery,
    Job,
    ModelVersion,
    Notice,
    ShadowScore,
    TriageRecord,
)
from escalations.services import due, shadowing
from escalations.services.draining import drain
from escalations.services.scoring import shadow_pairs
from escalations.services.shipped import champion
from escalations.transitions import move
from escalations.triage.types import TriageEngine
from tests.cast import Cast
from tests.escalations.bodies import dispute
from tests.escalations.cases import queued, received
from tests.escalations.people import claim, decide
from tests.learning.models import learn, model, samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def challenger(cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch) -> ModelVersion:
    """The shipped model once more, under another name, as a challenger: it agrees with the champion."""
    first = champion()
    dataset = _dataset(cast)
    monkeypatch.setattr(shadowing, "MARGIN", shadowing.MARGIN * 0)
    monkeypatch.setattr(shadowing, "engine_of", lambda _: _shipped(folder))
    return ModelVersion.objects.create(
        name="twin", version="twin-1", state=ModelState.CHALLENGER, parent=first, dataset=dataset,
        artifact_sha256="0" * 64, labels=first.labels, texts=36,
    )  # fmt: skip


def _dataset(cast: Cast) -> Dataset:
    from reviews.services.learning.datasets import make_dataset
    from tests.learning.people import soon

    samples(cast, [("Send me my money back", "refund_request")])
    return make_dataset(actor=None, until=soon())


def _shipped(folder: Path) -> TriageEngine:
    from escalations.triage.engines import get_engine

    return get_engine("embedded", folder)


def judged(cast: Cast, count: int = 2) -> list[Case]:
    """Cases that the real engine judged."""
    cases = [received(cast, **dispute()) for _ in range(count)]
    drain({"triage": HANDLERS["triage"]}, GIVEN_UP, seconds=60)
    return cases


def test_live_cases_are_judged_a_second_time_without_any_effect(cast: Cast, challenger: ModelVersion) -> None:
    """R096: beside what the champion said; nothing else changes, and nothing leaves."""
    cases = judged(cast)
    before = {rows: rows.objects.count() for rows in (Event, Decision, Alert, Notice, Delivery, TriageRecord)}
    versions = dict(Case.objects.values_list("pk", "version"))
    assert shadowing.shadow_later() == 1
    learn(["shadow"])
    scores = ShadowScore.objects.filter(model=challenger)
    assert {score.case_id for score in scores} == {case.pk for case in cases}
    assert all((s.category, s.confidence) == (s.champion_category, s.champion_confidence) for s in scores)
    assert {rows: rows.objects.count() for rows in before} == before
    assert dict(Case.objects.values_list("pk", "version")) == versions
    assert shadowing.shadow_later() == 0


def test_a_case_that_has_changed_since_is_passed_by(cast: Cast, challenger: ModelVersion) -> None:
    from django.utils import timezone

    from escalations.models import Message

    case = judged(cast, 1)[0]
    Message.objects.create(
        case=case, position=50, author="customer", text="And another thing", at=timezone.now(), salt=b"x"
    )
    shadowing.shadow_later()
    learn(["shadow"])
    assert not ShadowScore.objects.exists()
    assert shadowing.shadow_later() == 0


def test_the_second_worker_on_the_same_cases_adds_nothing(cast: Cast, challenger: ModelVersion) -> None:
    judged(cast)
    shadowing.shadow_later()
    job = due.take(["shadow"])
    assert job is not None
    shadowing.shadow(job)
    ModelVersion.objects.filter(pk=challenger.pk).update(shadowed_to=0)
    shadowing.shadow_later()
    learn(["shadow"])
    assert ShadowScore.objects.count() == 2


def test_shadow_and_people_are_paired(cast: Cast, challenger: ModelVersion) -> None:
    cases = judged(cast)
    shadowing.shadow_later()
    learn(["shadow"])
    said = ShadowScore.objects.filter(model=challenger, case=cases[0]).get().category
    samples(cast, [("x", said)], case=cases[0])
    samples(cast, [("x", "something_else")], case=cases[1])
    pairs = shadow_pairs(model())
    assert sorted((one.champion, one.challenger) for one in pairs) == [(False, False), (True, True)]


def test_a_shadow_score_outside_a_shadow_is_refused(cast: Cast, challenger: ModelVersion) -> None:
    case = judged(cast, 1)[0]
    triage = TriageRecord.objects.get(case=case)
    with pytest.raises(DatabaseError, match="transaction of its own kind"), transaction.atomic():
        ShadowScore.objects.create(
            model=challenger, case=case, triage=triage, category="x", confidence=1, champion_confidence=1
        )


@pytest.mark.parametrize("table", ["alert", "notice", "delivery", "routing"])
def test_nothing_leaves_from_a_shadow(cast: Cast, challenger: ModelVersion, table: str) -> None:
    """R096: the database refuses the row, whatever the code does."""
    with pytest.raises(DatabaseError, match="no effect"):
        in_a_shadow(_run(f"INSERT INTO escalations_{table} DEFAULT VALUES"))


@transaction.atomic
def in_a_shadow(act: Callable[[], object]) -> None:
    """What somebody's code does in the transaction of a shadow."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL handrail.shadow = 'on'")
    act()


def _run(sql: str) -> Callable[[], object]:
    return lambda: connection.cursor().execute(sql)


def _moved(case: Case) -> None:
    move(Case.objects.filter(pk=case.pk), EventKind.CASE_TRIAGED, actor=None, data={}, category="other")


def test_no_case_moves_and_none_is_settled_from_a_shadow(cast: Cast, challenger: ModelVersion) -> None:
    """R096: not by a move that has its version and its event, either."""
    case = judged(cast, 1)[0]
    for act in (lambda: Case.objects.filter(pk=case.pk).update(subject="x"), lambda: _moved(case)):
        with pytest.raises(DatabaseError, match="stays as it is"):
            in_a_shadow(act)
    with pytest.raises(DatabaseError, match="settles no case"):
        in_a_shadow(_run("INSERT INTO escalations_decision (verb) VALUES ('auto_resolve')"))
    case.refresh_from_db()
    assert case.category != "other"


def test_nobody_decides_from_a_shadow_and_no_work_is_begun(cast: Cast, challenger: ModelVersion) -> None:
    """R096: no person's decision, made by a service or by hand, none made final, no job but its own next."""
    case = queued(cast)
    claim(case, cast.sunny)
    for act in (
        lambda: decide(case, cast.sunny, "override", disposition="refused", reason="facts"),
        _run("INSERT INTO escalations_decision (verb) VALUES ('override')"),
        lambda: due.enqueue("close", key="1", case=case),
    ):
        with pytest.raises(DatabaseError, match="no effect"):
            in_a_shadow(act)
    made = decide(case, cast.sunny, "override", disposition="refused", reason="facts")
    with pytest.raises(DatabaseError, match="no effect"):
        in_a_shadow(lambda: Decision.objects.filter(pk=made.id).update(standing="final"))
    in_a_shadow(lambda: due.enqueue("shadow", key=str(challenger.pk)))


def test_what_a_challenger_says_is_no_cases_triage(cast: Cast, challenger: ModelVersion) -> None:
    """R096: so no routing, no move and no decision can rest on it, in whatever transaction; promoted, it judges."""
    case = judged(cast, 1)[0]
    mine = {"case": case, "engine": "embedded", "model_version": challenger.version, "result": {}}
    with pytest.raises(DatabaseError, match="judges in shadow alone"), transaction.atomic():
        TriageRecord.objects.create(**mine)
    assert TriageRecord.objects.create(**mine | {"model_version": champion().version}).pk


def test_a_refused_challenger_judges_no_more(cast: Cast, challenger: ModelVersion) -> None:
    judged(cast)
    shadowing.shadow_later()
    ModelVersion.objects.filter(pk=challenger.pk).update(state="refused", because="No.")
    learn(["shadow"])
    assert not ShadowScore.objects.exists()
    assert not Job.objects.filter(Q(kind="shadow"), state__in=["ready", "running"]).exists()
