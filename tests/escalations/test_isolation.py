"""Nobody finds anything of another client, nor of another agent (R077, R137; safety T1, T2)."""

import json
import uuid

import pytest

from accounts.models import Event
from escalations.errors import NotVisible
from escalations.models import Case, CaseType
from escalations.permissions import may_see, may_take, seen_by, takeable_by
from escalations.selectors.cases import case_for, visible_cases
from tests.cast import AGENTS, PEOPLE, Cast
from tests.engine import Scripted, distressed, work
from tests.escalations.bodies import dispute, faq
from tests.escalations.cases import let_undo_pass, queued, received, settled
from tests.escalations.people import claim
from tests.robot import CASES, Robot

pytestmark = pytest.mark.django_db

CANARY = "Quetzalcoatl"


def test_an_agent_of_one_client_finds_nothing_of_another_at_any_door(cast: Cast) -> None:
    """R137: every endpoint, with the other client's id, answers as if there were no such case."""
    case = queued(cast, "birch-bot", **dispute(subject=CANARY, external_id=CANARY))
    robot, nowhere = Robot(cast.token()), uuid.uuid4()
    lines = Event.objects.count()
    for ask in (robot.get, lambda i: robot.get(i, "events"), lambda i: robot.say(i, "hello")):
        theirs, absent = ask(case.pk), ask(nowhere)
        assert theirs.status_code == absent.status_code == 404
        assert theirs.content == absent.content
    assert Event.objects.count() == lines
    assert case.messages.count() == 1


def test_an_agent_does_not_read_what_another_agent_of_its_client_posted(cast: Cast) -> None:
    """R077: own posts only."""
    case = received(cast)
    assert Robot(cast.token("acme-faq-bot")).get(case.pk).status_code == 404


def test_there_is_no_list_of_cases_for_a_token(cast: Cast, robot: Robot) -> None:
    """R077."""
    assert robot.http.get(CASES).status_code == 405


def test_another_clients_case_type_is_unknown(cast: Cast) -> None:
    """T2: names in a body reach no further than the token."""
    CaseType.objects.filter(pk=cast.case_type("hiring", "birch").pk).update(slug="elsewhere")
    assert Robot(cast.token("birch-bot")).post(faq(case_type="hiring")).status_code == 400


def test_what_an_agent_reads_of_its_case_names_no_person(cast: Cast, robot: Robot) -> None:
    """T7: neither who holds it nor what reviewers note."""
    case = queued(cast)
    claim(case, cast.sunny)
    answers = json.dumps([robot.get(case.pk).json(), robot.get(case.pk, "events").json()])
    for word in ("Sunny", "sunny@", "Example"):
        assert word not in answers


def cases_of_every_kind(cast: Cast) -> None:
    """Waiting, held, senior, settled, closed and untriaged cases of both clients in several queues and tiers."""
    for bot in ("acme-bot", "birch-bot"):
        received(cast, bot)
        queued(cast, bot)
        queued(cast, bot, engine=distressed(), **faq())
        queued(cast, bot, engine=Scripted(), **faq(case_type="legal"))
        queued(cast, bot, engine=Scripted(confidence=0.2), **faq())
    let_undo_pass(settled(cast))
    held = queued(cast, engine=Scripted(confidence=0.3), **faq())
    claim(held, cast.finn)
    Robot(cast.token()).say(held.pk, "I cannot cope")
    work(distressed())


def test_what_each_may_see_and_take_is_the_same_in_lists_and_one_by_one(cast: Cast) -> None:
    """R079, R137: the question and its queryset twin agree for everybody on every case."""
    cases_of_every_kind(cast)
    cases = list(Case.objects.select_related("queue"))
    everybody = [cast.person(name) for name in PEOPLE] + [cast.agent(name) for name in AGENTS]
    seen_something = 0
    for actor in [*everybody, None]:
        visible = set(visible_cases(actor).values_list("pk", flat=True))
        takeable = set(Case.objects.filter(takeable_by(actor)).values_list("pk", flat=True))
        assert visible == {case.pk for case in cases if may_see(actor, case)}
        assert takeable == {case.pk for case in cases if may_take(actor, case)}
        assert set(Case.objects.filter(seen_by(actor)).values_list("pk", flat=True)) == visible
        seen_something += bool(visible)
    assert seen_something >= 8


def test_each_role_sees_its_clients_queues_and_tiers_and_no_more(cast: Cast) -> None:
    cases_of_every_kind(cast)
    acme, birch = Case.objects.filter(client=cast.acme), Case.objects.filter(client=cast.birch)
    assert set(visible_cases(cast.frida)) <= set(birch)
    assert set(visible_cases(cast.finn)) <= set(acme)
    assert {case.tier for case in visible_cases(cast.finn).exclude(holder=cast.finn)} == {1}
    assert {case.queue_slug for case in visible_cases(cast.fay)} <= {"frontline", "billing"}
    assert set(visible_cases(cast.audrey)) == set(acme)
    assert set(visible_cases(cast.cora)) == set(Case.objects.all())
    assert not visible_cases(cast.stan).exists()
    assert not visible_cases(cast.adam).exists()


def test_a_case_kept_for_senior_staff_is_not_opened_by_others(cast: Cast) -> None:
    """R013, R036."""
    case = queued(cast, engine=Scripted(), **faq(case_type="legal"))
    assert case.senior_only
    for name in ("fay", "finn", "frida", "stan", "adam"):
        with pytest.raises(NotVisible):
            case_for(cast.person(name), case.ref)
    assert case_for(cast.cora, case.ref) == case
    assert case_for(cast.audrey, case.ref) == case


@pytest.mark.parametrize(
    "written", ["AC-0", "ac-99999999", "nonsense", "", "'; --", "../..", "\x00", "AC-" + "9" * 30]
)
def test_a_reference_that_means_nothing_is_not_visible(cast: Cast, written: str) -> None:
    with pytest.raises(NotVisible):
        case_for(cast.cora, written)


def test_a_case_is_found_by_reference_in_any_case_and_by_id(cast: Cast) -> None:
    case = queued(cast)
    for name in (case.ref, case.ref.lower(), f" {case.ref} ", str(case.pk), case.pk):
        assert case_for(cast.cora, name) == case
