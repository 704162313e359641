"""The alert pages: what people see, what they may change, what bad input gets, what is never shown."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts.choices import EventKind
from accounts.ledger import stream_of
from accounts.models import Event, User
from escalations.choices import AlertKind
from escalations.models import Alert, Delivery, Endpoint, Notice, QuietHours, Subscription
from escalations.notify.sealing import unseal
from escalations.services.alerting import raise_alert
from escalations.services.sending import send_due
from escalations.services.telling import tell_people
from tests.alerts.sink import Sink, answers
from tests.alerts.telling import breached, hook
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Browser]


def test_people_see_what_they_were_told_and_the_floor_they_oversee(cast: Cast, signed_in: SignedIn) -> None:
    alert = breached(cast)
    raise_alert(AlertKind.ASSIGNED, "a", to=(cast.fay.pk,), case_id=alert.case_id)
    tell_people()
    assert alert.case is not None
    for person in (cast.sunny, cast.cora, cast.quinn, cast.adam):  # told, and three who oversee
        assert alert.case.ref in signed_in(person).get("/desk/alerts/").content.decode()
    mine = signed_in(cast.fay).get("/desk/alerts/?tab=mine").content.decode()
    assert "Assigned to you" in mine
    assert "Time has passed" not in mine
    assert signed_in(cast.fay).get(f"/desk/alerts/{alert.pk}/").status_code == 404
    assert signed_in(cast.frida).post(f"/desk/alerts/{alert.pk}/end/").status_code == 404
    assert signed_in(cast.fay).get("/desk/alerts/?tab=nonsense").status_code == 400


def test_taking_note_passing_on_and_ending_work_as_plain_forms(cast: Cast, signed_in: SignedIn) -> None:
    alert = breached(cast)
    tell_people()
    browser = signed_in(cast.sunny)
    assert browser.post(f"/desk/alerts/{alert.pk}/acknowledge/").status_code == 303
    again = browser.post(f"/desk/alerts/{alert.pk}/acknowledge/", follow=True)
    assert "Somebody has taken note" in again.content.decode()
    assert "Sunny" in browser.get("/desk/alerts/").content.decode()
    browser.post(f"/desk/alerts/{alert.pk}/escalate/")
    browser.post(f"/desk/alerts/{alert.pk}/end/")
    alert.refresh_from_db()
    assert (alert.level, alert.ended_by, alert.end_reason) == (1, cast.sunny, "by_hand")
    assert browser.post(f"/desk/alerts/{alert.pk}/explode/").status_code == 400


def test_the_count_in_the_bar_is_a_number_or_nothing(cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.ella)
    assert browser.get("/desk/alerts/count/").content == b""
    for n in range(3):
        raise_alert(AlertKind.ASSIGNED, str(n), to=(cast.ella.pk,))
    tell_people()
    assert browser.get("/desk/alerts/count/").content == b"3"
    browser.post("/desk/alerts/read/")
    assert not Notice.objects.filter(read_at=None).exists()


def test_own_settings_are_kept_and_bad_times_are_answered_beside_the_field(
    cast: Cast, signed_in: SignedIn
) -> None:
    browser = signed_in(cast.fay)
    for given, words in (
        ({"starts": "22:00", "ends": ""}, "both a beginning and an end"),
        ({"starts": "25:99", "ends": "06:00"}, "Write a time"),
        ({"starts": "06:00", "ends": "06:00"}, "at the same time"),
        ({"digest_minutes": "7"}, "Choose one of the times"),
    ):
        answer = browser.post("/desk/alerts/settings/", given)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Subscription.objects.filter(user=cast.fay).exists()
    good = {"starts": "22:00", "ends": "06:00", "digest_minutes": "30", "assigned.email": "1"}
    assert browser.post("/desk/alerts/settings/", good).status_code == 303
    quiet = QuietHours.objects.get(user=cast.fay)
    assert (str(quiet.starts), quiet.digest_minutes) == ("22:00:00", 30)
    assert Subscription.objects.get(user=cast.fay, kind="assigned", via="email").wanted
    assert not Subscription.objects.get(user=cast.fay, kind="assigned", via="in_app").wanted
    assert not Subscription.objects.filter(user=cast.fay, kind="sla_breached", via="in_app").exists()
    assert Event.objects.filter(kind=EventKind.SUBSCRIPTION_CHANGED).count() == 1
    page = browser.get("/desk/alerts/settings/").content.decode()
    assert 'value="22:00"' in page


def test_a_new_webhook_shows_its_secret_once_and_never_again(
    cast: Cast, signed_in: SignedIn, settings: Settings
) -> None:
    with Sink(answers(200)) as sink:
        settings.HANDRAIL_TRUSTED_TARGETS = [sink.trusted]
        browser = signed_in(cast.adam)
        given = {
            "name": "Ops",
            "kind": "webhook",
            "address": sink.url,
            "kinds": ["spike", "complaints"],
            "least": "2",
        }
        answer = browser.post("/desk/alerts/endpoints/new/", given)
        made = Endpoint.objects.get()
        secret = unseal(made.sealed, settings.SECRET_KEY)
        assert secret is not None
        assert secret in answer.content.decode()
        for path in (f"/desk/alerts/endpoints/{made.pk}/", "/desk/alerts/endpoints/", "/desk/alerts/log/"):
            page = browser.get(path).content.decode()
            assert secret not in page
            assert made.sealed not in page
        replaced = browser.post(f"/desk/alerts/endpoints/{made.pk}/secret/").content.decode()
        assert secret not in replaced
        assert "whsec_" in replaced
        browser.post(f"/desk/alerts/endpoints/{made.pk}/test/")
        assert send_due() == 1
        assert len(sink.requests) == 1
        assert "200 in" in browser.get("/desk/alerts/log/").content.decode()
    assert {s.kind for s in made.subscriptions.all()} == {"spike", "complaints"}
    trail = Event.objects.filter(stream=stream_of("endpoint", made.pk))
    assert trail.count() == 3
    assert all("127.0.0.1" not in str(e.data) and "whsec" not in str(e.data) for e in trail)


def test_an_endpoint_inside_the_house_is_refused_with_words_and_nothing_is_saved(
    cast: Cast, signed_in: SignedIn
) -> None:
    """T21, at save."""
    browser = signed_in(cast.adam)
    for kind, address, words in (
        ("webhook", "https://127.0.0.1/", "private network"),
        ("webhook", "http://example.com/", "https://"),
        ("webhook", "https://169.254.169.254/latest", "private network"),
        ("webhook", "", "address"),
        ("chat", "syslog://x", "Begin with"),
        ("chat", "mmosts://10.0.0.1/" + "a" * 26, "may not go to"),
        ("email", "nobody", "e-mail addresses"),
        ("pigeon", "x", "Choose what it is"),
    ):
        given = {"name": "x", "kind": kind, "address": address}
        answer = browser.post("/desk/alerts/endpoints/new/", given)
        assert answer.status_code == 422, (kind, address)
        assert words in answer.content.decode()
    assert not Endpoint.objects.exists()


def test_a_chat_rooms_address_is_its_password_and_not_shown(
    cast: Cast, signed_in: SignedIn, settings: Settings
) -> None:
    settings.HANDRAIL_TRUSTED_TARGETS = ["chat.test:443"]
    browser = signed_in(cast.adam)
    given = {
        "name": "Room",
        "kind": "chat",
        "address": f"mmosts://chat.test:443/{'b' * 26}",
        "kinds": ["spike"],
    }
    assert browser.post("/desk/alerts/endpoints/new/", given).status_code == 303
    made = Endpoint.objects.get()
    assert made.address == "mmosts://…"
    page = browser.get(f"/desk/alerts/endpoints/{made.pk}/").content.decode()
    assert "b" * 26 not in page
    kept = {"name": "Room 2", "address": "", "per_minute": "3", "kinds": ["spike"]}
    assert browser.post(f"/desk/alerts/endpoints/{made.pk}/", kept).status_code == 303
    made.refresh_from_db()
    assert (made.name, made.per_minute, made.is_active) == ("Room 2", 3, False)
    assert "b" * 26 in (unseal(made.sealed, settings.SECRET_KEY) or "")


def test_role_rules_and_the_log_are_for_whoever_manages_alerts(
    cast: Cast, signed_in: SignedIn, settings: Settings
) -> None:
    for path in ("/desk/alerts/rules/", "/desk/alerts/log/", "/desk/alerts/endpoints/"):
        assert signed_in(cast.sunny).get(path).status_code == 403
    browser = signed_in(cast.adam)
    assert browser.post("/desk/alerts/rules/?role=qa", {"assigned.email": "1"}).status_code == 303
    assert Subscription.objects.get(role="qa", kind="assigned", via="email").wanted
    assert not Subscription.objects.get(role="qa", kind="sla_breached", via="email").wanted
    assert browser.get("/desk/alerts/rules/?role=nobody").status_code == 404
    with Sink(answers(500, 200)) as sink:
        hook(sink, settings)
        raise_alert(AlertKind.SPIKE, "acme", client_id=cast.acme.pk)
        tell_people()
        Delivery.objects.filter(via="email").delete()
        send_due()
        Delivery.objects.update(state="dead")
        assert "Given up" in browser.get("/desk/alerts/log/?state=dead").content.decode()
        row = Delivery.objects.get()
        assert browser.post(f"/desk/alerts/log/{row.message}/replay/").status_code == 303
        Endpoint.objects.update(paused_until=None)
        send_due()
    row.refresh_from_db()
    assert row.state == "sent"
    assert Event.objects.filter(kind=EventKind.DELIVERY_REPLAYED).count() == 1


def test_the_list_takes_no_more_statements_for_more_alerts(cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.sunny)
    counts = []
    for more in (1, 6):
        for _ in range(more):
            breached(cast)
        tell_people()
        with CaptureQueriesContext(connection) as asked:
            browser.get("/desk/alerts/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8
    assert Alert.objects.filter(ended_at=None).count() == 7
