"""Skills: what a case asks for is asked of whoever sees, claims or is offered it; by the database, whoever moves it."""

import pytest
from django.test import Client as Browser

from accounts.models import User
from escalations.errors import NotAllowed, NotVisible
from escalations.models import Case, CaseType, Need, Queue
from escalations.permissions import asked_by, covers, may_see, seen_by, takeable_by
from escalations.selectors.cases import case_for
from escalations.services.raising import raise_cases
from reviews.permissions import may_claim
from reviews.services.claim import claim_case, claim_next
from tests.cast import Cast
from tests.people.floor import asks, fresh, teach
from tests.reviews.makers import waiting


@pytest.fixture
def plain(cast: Cast) -> CaseType:
    return cast.case_type("faq_chat")


def test_a_case_asks_for_what_its_queue_its_type_and_its_category_ask_the_highest_level_each(
    cast: Cast, plain: CaseType
) -> None:
    asks(cast.queue("frontline"), chat=1, english=2)
    asks(plain, chat=2)
    CaseType.objects.filter(pk=plain.pk).update(category_skills={plain.labels[0]: {"chat": 3}})
    case = waiting(plain, cast.acme_bot)
    assert asked_by(case.need) == {"chat:3", "english:2"}
    assert Need.objects.count() == 1
    assert waiting(plain, cast.acme_bot).need == case.need  # one row for one combination


def test_what_asks_for_nothing_has_no_need(cast: Cast, plain: CaseType) -> None:
    assert waiting(plain, cast.acme_bot).need == 0


def test_a_level_covers_those_below_it_and_not_those_above(cast: Cast, plain: CaseType) -> None:
    asks(plain, chat=2)
    case = waiting(plain, cast.acme_bot)
    for level, enough in ((1, False), (2, True), (3, True), (0, False)):
        assert bool(covers(teach(cast.fay, "chat", level), case)) is enough


def test_whoever_lacks_the_skill_is_not_given_the_case_next_and_may_not_pick_it(
    cast: Cast, plain: CaseType
) -> None:
    asks(plain, chat=2)
    grave = waiting(plain, cast.acme_bot, severity=1)
    other = waiting(cast.case_type("order_status"), cast.acme_bot, severity=4, queue=cast.queue("billing"))
    with pytest.raises(NotAllowed, match="chat:2"):
        claim_case(case=grave, actor=cast.fay)
    taken = claim_next(actor=cast.fay)
    assert taken is not None
    assert taken.pk == other.pk
    assert claim_next(actor=cast.fay) is None
    again = claim_next(actor=teach(cast.fay, "chat"))  # a new skill counts with the next request
    assert again is not None
    assert again.pk == grave.pk


def test_a_skill_that_is_taken_away_is_gone_with_the_next_request(cast: Cast, plain: CaseType) -> None:
    asks(plain, chat=2)
    case = waiting(plain, cast.acme_bot)
    assert may_claim(teach(cast.fay, "chat"), case)
    assert not may_claim(teach(cast.fay, "chat", 0), case)


def test_a_case_that_moves_asks_for_what_its_new_place_asks(cast: Cast, plain: CaseType) -> None:
    """Whoever moves it: here a tier's time that is over (R048)."""
    asks(cast.queue("supervisors"), leading=2)
    Queue.objects.filter(slug="frontline").update(raises_to=cast.queue("supervisors"))
    case = waiting(plain, cast.acme_bot)
    assert case.need == 0
    raise_cases(because={case.pk: "test"})
    assert asked_by(fresh(case).need) == {"leading:2"}


class TestSensitive:
    """R036: sensitive topics are for people with experience; others do not see that they exist."""

    @pytest.fixture
    def case(self, cast: Cast, plain: CaseType) -> Case:
        asks(plain, privacy=1)
        return waiting(plain, cast.acme_bot, queue=cast.queue("sme"), tier=3, senior_only=True)

    def test_it_asks_for_experience_where_others_ask_for_less(self, case: Case) -> None:
        assert asked_by(case.need) == {"privacy:3"}

    def test_below_experienced_nobody_finds_claims_or_opens_it(self, cast: Cast, case: Case) -> None:
        able = teach(cast.ella, "privacy", 2)
        assert not may_see(able, case)
        assert not Case.objects.filter(seen_by(able)).exists()
        assert not Case.objects.filter(takeable_by(able)).exists()
        with pytest.raises(NotVisible):
            case_for(able, case.ref)
        assert claim_next(actor=able) is None
        page = signed(able)
        assert page.get(f"/cases/{case.ref}/").status_code == 404
        for tab in ("team", "mine", "waiting", "snoozed", "done"):
            assert case.ref not in page.get("/queue/", {"tab": tab}).content.decode()
        for part in ("similar", "timeline", "next"):
            assert page.get(f"/cases/{case.ref}/{part}/").status_code == 404

    def test_the_experienced_find_and_take_it(self, cast: Cast, case: Case) -> None:
        expert = teach(cast.ella, "privacy", 3)
        assert may_see(expert, case)
        assert case.ref in signed(expert).get("/queue/", {"tab": "team"}).content.decode()
        taken = claim_next(actor=expert)
        assert taken is not None
        assert taken.pk == case.pk

    def test_whoever_checks_the_work_may_look_and_not_take(self, cast: Cast, case: Case) -> None:
        for checker in (cast.cora, cast.quinn):  # compliance reads the ledger, QA reviews
            assert may_see(checker, case)
            assert not may_claim(checker, case)

    def test_hidden_cases_do_not_cut_a_page_of_the_list_short(
        self, cast: Cast, plain: CaseType, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("reviews.selectors.queue_rows.PAGE", 2)
        for _ in range(3):  # the hidden ones are the most urgent
            waiting(plain, cast.acme_bot, queue=cast.queue("sme"), tier=3, senior_only=True, severity=1)
        other = cast.case_type("order_status")
        shown = {
            waiting(other, cast.acme_bot, queue=cast.queue("sme"), tier=3, senior_only=True).ref
            for _ in range(3)
        }
        page, seen = signed(teach(cast.ella, "privacy", 2)), set()
        url = "/queue/?tab=team"
        while url:
            screen = page.get(url).context["q"]
            seen |= {row.ref for row in screen.rows}
            url = (
                f"/queue/?tab=team&after={screen.next_cursor}".replace("+", "%2B")
                if screen.next_cursor
                else ""
            )
        assert seen == shown


def signed(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser
