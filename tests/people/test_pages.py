"""The people pages: a supervisor sets skills, hours and teams of whom they lead, an admin everybody's (R046)."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.choices import EventKind, PresenceState
from accounts.errors import NotAllowed
from accounts.ledger import stream_of
from accounts.models import Event, Proficiency, Shift, Skill, Team, TimeOff, User
from accounts.selectors.floor import managed_by, may_manage
from accounts.services.floor import save_skill, save_team, set_skills
from tests.cast import Cast
from tests.people.floor import skill, teach


def signed(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def events_of(person: User) -> list[Event]:
    stream = stream_of("user", person.pk)
    return list(Event.objects.filter(stream=stream, kind=EventKind.PERSON_CHANGED).order_by("seq"))


class TestWhoLeadsWhom:
    """R046: nobody sets what opens cases for people whom they do not lead, nor for themselves."""

    def test_a_supervisor_leads_up_to_their_own_tier(self, cast: Cast) -> None:
        names = {person.name.split()[0] for person in managed_by(cast.sunny)}
        assert names == {"Fay", "Finn", "Frida", "Sunny", "Stan"}  # Stan works nowhere yet

    def test_an_admin_leads_everybody_but_themselves(self, cast: Cast) -> None:
        assert set(managed_by(cast.adam)) == set(User.objects.filter(is_active=True))
        assert not may_manage(cast.adam, cast.adam)

    def test_the_list_says_what_the_rule_says_of_each(self, cast: Cast) -> None:
        for actor in User.objects.all():
            led = {one.pk for one in managed_by(actor)} - {actor.pk}
            assert led == {one.pk for one in User.objects.filter(is_active=True) if may_manage(actor, one)}

    def test_somebody_elses_person_is_not_there(self, cast: Cast) -> None:
        page = signed(cast.sunny)
        assert page.get(f"/people/{cast.fay.pk}/").status_code == 200
        for other in (cast.cora, cast.sunny):
            assert page.get(f"/people/{other.pk}/").status_code == 404
            assert page.post(f"/people/{other.pk}/skills/", {}).status_code == 404
        assert page.get("/people/999999/").status_code == 404

    def test_services_refuse_as_well_as_pages(self, cast: Cast) -> None:
        skill("chat")
        for actor, person in ((cast.sunny, cast.cora), (cast.sunny, cast.sunny), (cast.fay, cast.finn)):
            with pytest.raises(NotAllowed):
                set_skills(person=person, levels={"chat": 3}, actor=actor)
        assert not Proficiency.objects.exists()


class TestSkills:
    def test_a_level_is_set_told_with_its_difference_and_copied_to_the_person(self, cast: Cast) -> None:
        skill("billing"), skill("chat")
        teach(cast.fay, "billing", 1)
        answer = signed(cast.sunny).post(
            f"/people/{cast.fay.pk}/skills/", {"skill.chat": "3", "skill.billing": "0"}
        )
        assert answer.status_code == 303
        assert cast.person("fay").skills == ["chat:1", "chat:2", "chat:3"]
        event = events_of(cast.fay)[-1]
        assert event.actor_id == str(cast.sunny.pk)
        assert event.data["changed"] == {"billing": {"from": 1, "to": 0}, "chat": {"from": 0, "to": 3}}

    def test_saving_what_is_so_already_is_no_event(self, cast: Cast) -> None:
        teach(cast.fay, "chat", 2)
        signed(cast.sunny).post(f"/people/{cast.fay.pk}/skills/", {"skill.chat": "2"})
        assert events_of(cast.fay) == []

    def test_a_level_that_is_none_is_answered_beside_its_field(self, cast: Cast) -> None:
        skill("chat")
        answer = signed(cast.sunny).post(f"/people/{cast.fay.pk}/skills/", {"skill.chat": "9"})
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.content.decode()
        assert not Proficiency.objects.exists()

    def test_a_new_skill_is_made_once_and_keeps_its_short_name(self, cast: Cast) -> None:
        page = signed(cast.adam)
        assert page.post("/people/skills/", {"slug": "chat", "name": "Chat"}).status_code == 303
        again = page.post("/people/skills/", {"slug": "chat", "name": "Other"})
        assert again.status_code == 422
        assert "already" in again.content.decode()
        page.post("/people/skills/chat/", {"slug": "gossip", "name": "Live chat"})
        assert Skill.objects.values_list("slug", "name").get() == ("chat", "Live chat")

    def test_skills_count_for_every_client_so_who_leads_one_only_may_not_make_them(self, cast: Cast) -> None:
        cast.sunny.grants.update(client=cast.acme)
        with pytest.raises(NotAllowed):
            save_skill(slug="chat", name="Chat", about="", actor=cast.person("sunny"))


class TestHours:
    def test_weekly_hours_are_added_by_day_and_taken_away(self, cast: Cast) -> None:
        page, url = signed(cast.sunny), f"/people/{cast.fay.pk}/shifts/"
        sent = {"weekdays": ["0", "4"], "starts": "22:00", "ends": "06:00"}
        assert page.post(url, sent).status_code == 303
        assert [str(one) for one in Shift.objects.all()] == ["0 22:00-06:00", "4 22:00-06:00"]
        first = Shift.objects.first()
        assert first is not None
        assert page.post(f"/people/shifts/{first.pk}/remove/").status_code == 303
        assert [one.data["what"] for one in events_of(cast.fay)] == ["shift_added", "shift_removed"]

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"weekdays": [], "starts": "09:00", "ends": "17:00"}, "at least one day"),
            ({"weekdays": ["1"], "starts": "09:00", "ends": "09:00"}, "the same"),
            ({"weekdays": ["1"], "starts": "25:00", "ends": "17:00"}, "valid time"),
            ({"weekdays": ["9"], "starts": "09:00", "ends": "17:00"}, "valid choice"),
            ({"weekdays": ["0"], "starts": "05:00", "ends": "07:00"}, "already"),  # Sunday's night goes on
        ],
    )
    def test_hours_that_make_no_sense_are_refused_with_words(
        self, cast: Cast, sent: dict[str, str | list[str]], said: str
    ) -> None:
        Shift.objects.create(user=cast.fay, weekday=6, starts="22:00", ends="06:00")
        answer = signed(cast.sunny).post(f"/people/{cast.fay.pk}/shifts/", sent)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert Shift.objects.count() == 1

    def test_time_off_is_whole_days_on_the_persons_own_calendar(self, cast: Cast) -> None:
        User.objects.filter(pk=cast.fay.pk).update(timezone="Asia/Manila")
        day = (timezone.now() + timedelta(days=3)).date().isoformat()
        sent = {"first": day, "last": day, "reason": "leave", "delegate": str(cast.finn.pk)}
        assert signed(cast.sunny).post(f"/people/{cast.fay.pk}/time-off/", sent).status_code == 303
        off = TimeOff.objects.get()
        assert off.ends - off.begins == timedelta(days=1)
        assert off.begins.isoformat() == f"{(timezone.now() + timedelta(days=2)).date()}T16:00:00+00:00"
        assert off.delegate == cast.finn

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"last": "2020-01-01"}, "ends before"),
            ({"first": "someday"}, "valid date"),
            ({"delegate": "999999"}, "valid choice"),
            ({"reason": "whim"}, "valid choice"),
        ],
    )
    def test_time_off_that_makes_no_sense_is_refused_with_words(
        self, cast: Cast, change: dict[str, str], said: str
    ) -> None:
        sent = {"first": "2026-12-01", "last": "2026-12-02", "reason": "leave", "delegate": ""} | change
        answer = signed(cast.sunny).post(f"/people/{cast.fay.pk}/time-off/", sent)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not TimeOff.objects.exists()

    def test_capacity_is_a_small_number_or_empty(self, cast: Cast) -> None:
        page, url = signed(cast.sunny), f"/people/{cast.fay.pk}/capacity/"
        assert page.post(url, {"capacity": "5"}).status_code == 303
        assert cast.person("fay").capacity == 5
        for wrong in ("-1", "1000", "many"):
            assert page.post(url, {"capacity": wrong}).status_code == 422
        assert page.post(url, {"capacity": ""}).status_code == 303
        assert cast.person("fay").capacity is None


class TestTeams:
    def test_a_team_is_made_changed_and_dissolved_with_an_event_each(self, cast: Cast) -> None:
        page = signed(cast.sunny)
        sent = {"slug": "night", "name": "Night", "client": str(cast.acme.pk), "lead": str(cast.sunny.pk),
                "members": [str(cast.fay.pk), str(cast.finn.pk)]}  # fmt: skip
        assert page.post("/people/teams/", sent).status_code == 303
        team = Team.objects.get()
        assert set(team.members.all()) == {cast.fay, cast.finn}
        page.post("/people/teams/night/", {**sent, "members": [str(cast.fay.pk)]})
        event = Event.objects.filter(kind=EventKind.TEAM_CHANGED).order_by("-seq").first()
        assert event is not None
        assert event.data["before"]["members"] == [cast.fay.pk, cast.finn.pk]
        assert event.data["after"]["members"] == [cast.fay.pk]
        assert page.post("/people/teams/night/remove/").status_code == 303
        assert Event.objects.filter(kind=EventKind.TEAM_CHANGED).count() == 3

    def test_a_team_of_a_client_one_does_not_lead_is_not_there(self, cast: Cast) -> None:
        save_team(slug="b", name="B", client=cast.birch, lead=None, members=[], actor=None)
        cast.sunny.grants.update(client=cast.acme)
        page = signed(cast.person("sunny"))
        assert page.get("/people/teams/b/").status_code == 404
        assert page.post("/people/teams/b/remove/").status_code == 404
        sent = {"slug": "c", "name": "C", "client": str(cast.birch.pk)}
        assert page.post("/people/teams/", sent).status_code == 422

    def test_members_whom_the_editor_does_not_see_stay(self, cast: Cast) -> None:
        save_team(
            slug="mixed", name="Mixed", client=None, lead=cast.cora, members=[cast.cora, cast.fay], actor=None
        )
        signed(cast.sunny).post("/people/teams/mixed/", {"name": "Mixed", "members": []})
        team = Team.objects.get()
        assert (set(team.members.all()), team.lead) == ({cast.cora}, cast.cora)


def test_the_roster_shows_who_is_there_on_which_hours_with_which_level(cast: Cast) -> None:
    """R104: presence per person."""
    teach(cast.fay, "chat", 3)
    page = signed(cast.sunny).get("/people/")
    line = next(one for one in page.context["r"].lines if one.pk == cast.fay.pk)
    assert (line.state, line.hours, line.levels) == (
        PresenceState.AVAILABLE,
        "no fixed hours",
        ((3, "Experienced"),),
    )
    assert "Experienced" in page.content.decode()


def test_the_roster_costs_the_same_for_many_as_for_few(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        teach(cast.fay, f"skill-{number}", 2)
    browser = signed(cast.adam)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        browser.get("/people/")
