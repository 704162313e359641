"""Promotion: two people, and only what is better (R096); workers take the new champion up by themselves."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from accounts.models import Event
from escalations.autonomy.pairs import Pair
from escalations.choices import ModelState, Trial
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Certificate, Comparison, Dataset, ModelVersion, TriageRecord
from escalations.selectors.challengers import hindrance
from escalations.selectors.champion import serving
from escalations.services import scoring, triaging
from escalations.services.promoting import approve_model, propose_model, refuse_model
from escalations.services.shipped import champion
from escalations.services.training import train_later
from reviews.services.learning.datasets import make_dataset
from tests.cast import Cast
from tests.engine import work
from tests.escalations.cases import received
from tests.learning.models import CATEGORY, NEW, THINGS, learn, make_challenger, model, samples
from tests.learning.people import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def challenger(cast: Cast, folder: Path) -> ModelVersion:
    """A challenger that knows what the champion cannot, and was better on held-out cases."""
    first = champion()
    samples(cast, [(NEW.format(THINGS[0]), CATEGORY)])
    made = make_challenger(folder, first, make_dataset(actor=None, until=soon()))
    compared(made, gained=60, lost=4, cases=500)
    return made


def compared(challenger: ModelVersion, gained: int, lost: int, cases: int = 400) -> None:
    """Have the two compared on cases of which the challenger wins and loses so many."""
    pairs = [Pair(False, True)] * gained + [Pair(True, False)] * lost
    pairs += [Pair(True, True)] * (cases - len(pairs))
    scoring._compared(challenger, champion(), Trial.HELD_OUT, pairs)
    challenger.refresh_from_db()


@transaction.atomic
def by_hand(challenger: ModelVersion, **changes: Any) -> None:
    """Somebody with the database's password makes it champion."""
    ModelVersion.objects.filter(state="champion").update(state="retired")
    ModelVersion.objects.filter(pk=challenger.pk).update(state="champion", **changes)


def test_two_people_make_a_champion_and_every_worker_follows(cast: Cast, challenger: ModelVersion) -> None:
    """R096, R101: no restart; the file's hash and both names are in the ledger."""
    before = champion()
    first = triaging.configured_engine(serving())
    assert first.version == before.version
    propose_model(model=challenger, actor=cast.adam)
    approve_model(model=challenger, actor=cast.sunny)
    assert champion() == challenger
    assert triaging.configured_engine(serving()).version == challenger.version
    before.refresh_from_db()
    assert before.state == ModelState.RETIRED
    line = Event.objects.filter(kind="model.promoted").latest("pk")
    assert (line.actor_id, line.data["proposed_by"]) == (str(cast.sunny.pk), cast.adam.pk)
    assert line.data["sha256"] == challenger.artifact_sha256
    received(cast)
    from escalations.handlers import HANDLERS
    from escalations.services import due

    job = due.take(["triage"])
    assert job is not None
    HANDLERS["triage"](job)
    assert TriageRecord.objects.latest("pk").model_version == challenger.version
    work()


def test_what_was_certified_for_another_model_ends(cast: Cast, challenger: ModelVersion) -> None:
    standing = Certificate.objects.filter(ended_at=None).count()
    assert standing, "the cast has certified types"
    propose_model(model=challenger, actor=cast.adam)
    approve_model(model=challenger, actor=cast.sunny)
    assert not Certificate.objects.filter(ended_at=None).exists()
    assert set(Certificate.objects.values_list("why_ended", flat=True)) == {"model"}
    assert Event.objects.filter(kind="certificate.ended").count() == standing


def test_wrong_people_and_one_person_twice_change_nothing(cast: Cast, challenger: ModelVersion) -> None:
    for person in (cast.fay, cast.sunny, cast.quinn, cast.audrey, cast.stan):
        with pytest.raises(NotAllowed):
            propose_model(model=challenger, actor=person)
    with pytest.raises(Conflict, match="Nobody has proposed"):
        approve_model(model=challenger, actor=cast.sunny)
    propose_model(model=challenger, actor=cast.adam)
    propose_model(model=challenger, actor=cast.adam)
    assert Event.objects.filter(kind="model.proposed").count() == 1
    for person in (cast.fay, cast.adam, cast.quinn, cast.stan):
        with pytest.raises(NotAllowed):
            approve_model(model=challenger, actor=person)
    approve_model(model=challenger, actor=cast.sunny)
    approve_model(model=challenger, actor=cast.sunny)
    assert Event.objects.filter(kind="model.promoted", actor_kind="human").count() == 1


def test_who_may_do_both_still_needs_somebody_else(cast: Cast, challenger: ModelVersion) -> None:
    from accounts.choices import RoleSlug
    from accounts.services.roles import give_grant

    give_grant(to=cast.adam, role=RoleSlug.SUPERVISOR, client=None, queues=(), actor=None)
    adam = cast.person("adam")
    propose_model(model=challenger, actor=adam)
    with pytest.raises(NotAllowed, match="somebody else"):
        approve_model(model=challenger, actor=adam)
    with pytest.raises(DatabaseError, match="two people"):
        by_hand(challenger, decided_by=adam, decided_at=Now())


def test_what_is_worse_is_refused_by_itself_and_stays_so(cast: Cast, challenger: ModelVersion) -> None:
    """R096: nobody can propose it afterwards, and the database lets nobody make it champion."""
    compared(challenger, gained=2, lost=40)
    assert challenger.state == ModelState.REFUSED
    assert "40 cases lost, 2 gained" in challenger.because
    with pytest.raises(Conflict, match="refused"):
        propose_model(model=challenger, actor=cast.adam)
    with pytest.raises(DatabaseError, match="cannot become champion"):
        by_hand(challenger)
    learn()
    challenger.refresh_from_db()
    assert challenger.state == ModelState.REFUSED


@pytest.mark.parametrize(("gained", "lost", "cases"), [(5, 5, 400), (12, 4, 400), (9, 0, 60)])
def test_what_may_be_better_by_chance_waits(
    cast: Cast, challenger: ModelVersion, gained: int, lost: int, cases: int
) -> None:
    compared(challenger, gained=gained, lost=lost, cases=cases)
    assert challenger.state == ModelState.CHALLENGER
    with pytest.raises(Conflict, match="not yet shown"):
        propose_model(model=challenger, actor=cast.adam)


def test_better_at_the_proposal_and_no_longer_at_the_approval_is_not_promoted(
    cast: Cast, challenger: ModelVersion
) -> None:
    propose_model(model=challenger, actor=cast.adam)
    compared(challenger, gained=6, lost=6)
    with pytest.raises(Conflict, match="not yet shown"):
        approve_model(model=challenger, actor=cast.sunny)
    with pytest.raises(DatabaseError, match="held-out"):
        by_hand(challenger, decided_by=cast.sunny, decided_at=Now())


def test_worse_on_live_cases_is_not_proposed(cast: Cast, challenger: ModelVersion) -> None:
    assert hindrance(challenger) == ""
    scoring._compared(
        challenger, champion(), Trial.SHADOW, [Pair(True, False)] * 30 + [Pair(True, True)] * 30
    )
    assert "live cases" in hindrance(challenger)


def test_people_refuse_for_a_reason_and_for_good(cast: Cast, challenger: ModelVersion) -> None:
    with pytest.raises(Invalid):
        refuse_model(model=challenger, actor=cast.sunny, because="  ")
    with pytest.raises(NotAllowed):
        refuse_model(model=challenger, actor=cast.fay, because="No.")
    refuse_model(model=challenger, actor=cast.sunny, because="It confuses two products.")
    with pytest.raises(Conflict):
        refuse_model(model=challenger, actor=cast.sunny, because="Again.")


def test_a_former_champion_comes_back_by_two_people(cast: Cast, challenger: ModelVersion) -> None:
    first = champion()
    propose_model(model=challenger, actor=cast.adam)
    approve_model(model=challenger, actor=cast.sunny)
    propose_model(model=first, actor=cast.adam)
    approve_model(model=first, actor=cast.sunny)
    assert champion() == first
    assert triaging.configured_engine(serving()).version == first.version


def test_better_than_a_former_champion_is_not_better_than_todays(
    cast: Cast, challenger: ModelVersion
) -> None:
    """R096: a comparison counts against the model that it was made with; nor does a detour by "retired" help."""
    samples(cast, [(NEW.format(THINGS[1]), CATEGORY)])
    later = make_dataset(actor=None, until=soon())
    second = ModelVersion.objects.create(
        name="second", version="second-1", state="challenger", parent=champion(), dataset=later,
        artifact_sha256="0" * 64, labels=challenger.labels, texts=36,
    )  # fmt: skip
    compared(second, gained=60, lost=4, cases=500)
    propose_model(model=second, actor=cast.adam)
    propose_model(model=challenger, actor=cast.adam)
    approve_model(model=challenger, actor=cast.sunny)
    with pytest.raises(Conflict, match="not yet shown"):
        approve_model(model=second, actor=cast.sunny)
    with pytest.raises(DatabaseError, match="held-out"):
        by_hand(second, decided_by=cast.sunny, decided_at=Now(), champion_since=Now())
    ModelVersion.objects.filter(pk=second.pk).update(state="retired")
    with pytest.raises(DatabaseError, match="held-out"):
        by_hand(second, decided_by=cast.sunny, decided_at=Now(), champion_since=Now())
    with pytest.raises(DatabaseError, match="as it becomes one"), transaction.atomic():
        ModelVersion.objects.filter(pk=second.pk).update(champion_since=Now())


def test_no_comparison_says_better_of_what_is_worse(cast: Cast, challenger: ModelVersion) -> None:
    """R096: not even where somebody writes the row."""
    worse = Comparison.objects.get(challenger=challenger)
    worse.pk, worse.gained, worse.lost, worse.low = None, 4, 60, -0.2
    with pytest.raises(DatabaseError, match="promotable_is_better"), transaction.atomic():
        worse.save(force_insert=True)


def test_an_altered_file_is_not_promoted_and_a_missing_champion_serves_nobody(
    cast: Cast, challenger: ModelVersion, folder: Path
) -> None:
    """Then the shipped model judges, under its own name."""
    propose_model(model=challenger, actor=cast.adam)
    arrays = next(folder.glob(f"{challenger.name}-*.npz"))
    whole = arrays.read_bytes()
    arrays.write_bytes(whole[:-1])
    scoring._engine.cache_clear()
    with pytest.raises(Conflict, match="damaged"):
        approve_model(model=challenger, actor=cast.sunny)
    arrays.write_bytes(whole)
    approve_model(model=challenger, actor=cast.sunny)
    arrays.unlink()
    assert triaging.configured_engine(serving()).version.startswith("default-")
    (folder / f"{challenger.name}.json").unlink()
    assert triaging.configured_engine(serving()).version.startswith("default-")


def test_a_newer_challenger_takes_the_place_of_one_that_nobody_proposed(
    cast: Cast, challenger: ModelVersion
) -> None:
    samples(cast, [(f"One more thing about my card {uuid4()}", CATEGORY)])
    train_later(dataset=make_dataset(actor=cast.adam, until=soon()), actor=cast.adam)
    learn()
    challenger.refresh_from_db()
    assert (challenger.state, model().state) == (ModelState.RETIRED, ModelState.CHALLENGER)
    assert Dataset.objects.count() == 2
    with pytest.raises(Conflict, match="never was the champion"):
        propose_model(model=challenger, actor=cast.adam)
