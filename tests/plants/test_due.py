"""When and where a case is planted (R094)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import Event, User
from escalations.errors import Invalid, NotAllowed
from escalations.models import Case, Message, Plant, Vigilance
from escalations.selectors import plants
from escalations.services.plants import withdraw_stale
from escalations.services.vigilance import set_plant_rate
from reviews.models import Skip
from reviews.services.planting import plant_due
from tests.cast import Cast
from tests.insight.cases import ended, handed
from tests.plants.makers import LATER, TEXT, finished
from tests.robot import Robot

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreed(cast: Cast, robot: Robot, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A client with a rate, a finished case, and decisions enough for the next one."""
    monkeypatch.setattr(plants, "due_after", lambda *_: 2)
    monkeypatch.setattr(plants, "LOOK_BACK", timedelta(days=9))
    set_plant_rate(client=cast.acme, actor=cast.adam, rate=0.02)
    return finished(robot, cast.fay)


def plant() -> int:
    return plant_due(now=timezone.now() + LATER)


def test_one_is_planted_after_so_many_decisions_and_never_two_at_once(
    cast: Cast, robot: Robot, agreed: Case
) -> None:
    """R094: nothing without a rate or before the drawn number of decisions; then one a queue, until it is decided."""
    assert plant() == 0
    ended(handed(robot), cast.finn)
    assert plant() == 1
    ended(handed(robot), cast.finn)
    ended(handed(robot), cast.finn)
    assert plant() == 0
    made = Plant.objects.select_related("case").get()
    copy = made.case
    assert (made.outcome, copy.state, copy.queue_id, copy.agent_id) == (
        "open",
        "queued",
        agreed.queue_id,
        agreed.agent_id,
    )
    assert int(copy.ref[3:]) > int(agreed.ref[3:])
    assert copy.severity > 1
    assert abs(copy.created_at - timezone.now()) < timedelta(minutes=1)
    assert copy.due_at is not None
    assert copy.due_at > copy.created_at
    assert Message.objects.get(case=copy, author="customer").text in (TEXT, "When are you open on Sunday?")
    assert Skip.objects.get(case=copy).user_id in (cast.fay.pk, cast.finn.pk)
    event = Event.objects.get(stream=copy.pk, kind="plant.made")
    assert event.data["original"] == str(made.original_id)
    assert made.where != "field" or made.right not in bytes(event.body).decode()


def test_nothing_is_planted_without_a_rate_in_a_crowd_or_when_the_desk_is_closed(
    cast: Cast, robot: Robot, agreed: Case, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R094: a queue under surge gets none, and what waits there is withdrawn."""
    ended(handed(robot), cast.finn)
    with monkeypatch.context() as closed:
        closed.setattr("reviews.services.planting.at_work", lambda *_: False)
        assert plant() == 0
    settings.HANDRAIL_PLANT_BACKLOG = 0
    handed(robot)
    assert plant() == 0
    settings.HANDRAIL_PLANT_BACKLOG = 200
    assert plant() == 1
    assert withdraw_stale() == 0
    settings.HANDRAIL_PLANT_BACKLOG = 0
    assert withdraw_stale() == 1
    set_plant_rate(client=cast.acme, actor=cast.adam, rate=0.0)
    settings.HANDRAIL_PLANT_BACKLOG = 200
    assert plant() == 0


def test_only_finished_cases_whose_suggestion_was_right_are_copied_each_once(
    cast: Cast, robot: Robot, agreed: Case
) -> None:
    """R094: what people turned down is no example of what is right; what is planted is never planted again."""
    ended(handed(robot), cast.finn, "override", reason="facts")
    handed(robot)
    assert plant() == 1
    assert Plant.objects.get().original_id == agreed.pk
    assert agreed.queue is not None
    again = plants.finished_cases(plants.Spot(cast.acme.pk, agreed.queue), timezone.now() + LATER)
    assert not again.filter(pk=agreed.pk).exists()


def test_the_rate_is_agreed_by_whoever_may_and_is_low(
    cast: Cast, signed_in: Callable[[User], Browser]
) -> None:
    """R094: 2 % at most, none unless agreed; one event with its diff; the hidden rate stays as it was."""
    for _ in range(2):
        set_plant_rate(client=cast.acme, actor=cast.adam, rate=0.01)
    kept = Vigilance.objects.get()
    assert (kept.plant_rate, kept.hidden_rate) == (0.01, None)
    assert Event.objects.get(kind="vigilance.changed").data["diff"] == {"plant_rate": ["0", "0.01"]}
    with pytest.raises(Invalid):
        set_plant_rate(client=cast.acme, actor=cast.adam, rate=0.03)
    with pytest.raises(NotAllowed):
        set_plant_rate(client=cast.acme, actor=cast.sunny, rate=0.01)
    admin, sent = signed_in(cast.adam), {"client": "acme", "what": "planted", "rate": "5"}
    assert admin.post("/insight/attention/rates/", sent).status_code == 422
    assert admin.post("/insight/attention/rates/", sent | {"rate": "2"}).status_code == 303
    assert Vigilance.objects.get().plant_rate == 0.02
