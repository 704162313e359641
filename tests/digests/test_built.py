"""Digests are built once a Monday, told once, and survive a worker's end (R098)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

from accounts.models import Client as Customer
from accounts.models import Event, Role
from escalations.errors import Fenced
from escalations.models import Alert, Delivery, Job, Notice
from escalations.services import due
from escalations.services.draining import drain
from escalations.services.sending import send_due
from escalations.services.telling import tell_people
from reviews.models import Digest
from reviews.services import digests
from tests.cast import Cast
from tests.digests.test_content import this_monday
from tests.lessons.makers import published

pytestmark = pytest.mark.django_db


def weeks_due(now: datetime) -> dict[str, str]:
    """Which week of each client is due at a moment; nothing of it stays."""
    with transaction.atomic():
        digests.plan_digests(now=now)
        found = {job.payload["client"]: job.payload["week"] for job in Job.objects.filter(kind=digests.KIND)}
        transaction.set_rollback(True)
    return {one.slug: found[one.pk] for one in Customer.objects.filter(pk__in=found)}


@pytest.mark.parametrize(
    ("zone", "shift"),
    [("Asia/Manila", None), ("America/New_York", None), ("Europe/Berlin", date(2026, 3, 30)),
     ("Europe/Berlin", date(2026, 10, 26)), ("America/New_York", date(2026, 3, 9))],
)  # fmt: skip
def test_a_week_is_over_on_monday_at_seven_where_the_client_is(
    cast: Cast, zone: str, shift: date | None
) -> None:
    """R098: the minute before nothing is due, then the week before; also where a clock was put forward or back the
    night before, when seven days ago is not the same hour.
    """
    Customer.objects.filter(slug="acme").update(timezone=zone)
    monday = shift or date(2026, 11, 23)
    before = date.fromordinal(monday.toordinal() - 7)
    at = datetime.combine(monday, datetime.min.time(), ZoneInfo(zone))
    early, seven = at.replace(hour=6, minute=59), at.replace(hour=7)
    assert "acme" not in weeks_due(at.astimezone(UTC))
    assert "acme" not in weeks_due(early.astimezone(UTC))
    assert weeks_due(seven.astimezone(UTC))["acme"] == str(before)
    sunday = datetime.combine(date.fromordinal(monday.toordinal() + 6), datetime.max.time(), ZoneInfo(zone))
    assert weeks_due(sunday.astimezone(UTC))["acme"] == str(before)


def last_week(cast: Cast) -> Job:
    """The running week's digests of Acme are due, as if it were over."""
    monday = this_monday()
    due.enqueue(
        digests.KIND, key=f"{cast.acme.pk}:{monday}", payload={"client": cast.acme.pk, "week": str(monday)}
    )
    return Job.objects.filter(kind=digests.KIND).latest("pk")


def work() -> int:
    return drain({digests.KIND: digests.build_digests}, {digests.KIND: digests.let_go})


def test_each_role_is_told_once_in_the_app_and_by_mail_and_nothing_personal_leaves(
    cast: Cast, mailoutbox: list[mail.EmailMessage]
) -> None:
    """R098, R140: kind, client, week and a link; a role for which nothing happened gets no message."""
    lesson = published(cast)
    for _ in range(2):
        last_week(cast)
        work()
        tell_people()
    assert Digest.objects.filter(client=cast.acme).count() == 6
    assert Alert.objects.filter(kind="week").count() == 6
    assert Notice.objects.filter(user=cast.finn, alert__kind="week").count() == 1
    assert not Notice.objects.filter(user__in=[cast.frida, cast.stan, cast.audrey]).exists()
    assert Event.objects.filter(kind="digest.built").count() == 1
    Delivery.objects.filter(alert__kind="week").update(next_at=datetime.now(UTC))
    send_due()
    mine = next(one for one in mailoutbox if one.to == [cast.finn.email])
    digest = Digest.objects.get(role="frontline", client=cast.acme)
    assert f"/week/{digest.pk}/" in mine.body
    assert f"acme {this_monday()}" in mine.body
    assert not any(word in mine.body for word in (lesson.title, lesson.case.ref, "Sunny", "Zanzibar"))
    assert len([one for one in mailoutbox if one.to == [cast.finn.email]]) == 1


def test_an_empty_week_says_so_and_is_told_to_nobody(cast: Cast, signed_in: object) -> None:
    """R098: years ago nothing had happened; the page has words for it."""
    made = digests.digest_week(cast.acme, date(2020, 1, 6))
    assert all(one.empty for one in made)
    assert not Alert.objects.filter(kind="week").exists()
    page = signed_in(cast.finn).get("/week/").content.decode()  # type: ignore[operator]
    assert "Nothing happened in that week" in page
    assert "I have read it" not in page


def test_a_worker_that_ends_in_between_leaves_nothing_half_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R098: before the commit nothing stands; the next one builds all; the first, come back, is not heard."""
    published(cast)
    last_week(cast)
    lost = due.take([digests.KIND])
    assert lost is not None
    with monkeypatch.context() as patched:
        patched.setattr(digests, "raise_alerts", _killed)
        with pytest.raises(KeyboardInterrupt):
            digests.build_digests(lost)
    assert (Digest.objects.count(), Event.objects.filter(kind="digest.built").count()) == (0, 0)
    Job.objects.filter(pk=lost.pk).update(next_at=datetime.now(UTC))
    assert work() == 1
    assert Digest.objects.filter(client=cast.acme).count() == 6
    with pytest.raises(Fenced):
        digests.build_digests(lost)
    assert Alert.objects.filter(kind="week").count() == 6


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_what_was_told_is_not_changed_later_and_a_desks_own_role_is_told_by_its_rights(cast: Cast) -> None:
    """R098: the database refuses; a role made by an admin gets what its rights are there for."""
    Role.objects.create(
        slug="readers", name="Readers", capabilities=["quality.review", "case.view"], max_tier=2
    )
    made = {one.role: one for one in digests.digest_week(cast.acme, this_monday())}
    assert made["readers"].body["parts"] == ["reading", "audits", "lessons"]
    with pytest.raises(DatabaseError), transaction.atomic():
        Digest.objects.filter(pk=made["qa"].pk).update(body={})
    assert digests.digest_week(cast.acme, this_monday())[0].pk == min(one.pk for one in made.values())
