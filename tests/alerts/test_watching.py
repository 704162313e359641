"""Looking at what comes: the buckets, the surge, the complaints, the errors, the contradicting records."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction

from escalations.choices import AlertKind
from escalations.models import (
    Alert,
    Case,
    CaseType,
    CountBucket,
    Decision,
    ErrorGroup,
    Sighting,
    Waiting,
    Watermark,
)
from escalations.selectors import streams
from escalations.services.counting import count_cases
from escalations.services.quality import contradictions, watch_contradictions, watch_errors
from escalations.services.telling import tell_people
from escalations.services.watching import watch_streams
from reviews.models import Correction
from reviews.services.mistakes import watch_mistakes
from tests.alerts.telling import told
from tests.cast import Cast
from tests.reviews.deciding import decide, held
from tests.reviews.makers import PACKAGE, waiting

COLUMNS = ", ".join(str(one.column) for one in Waiting._meta.concrete_fields if not one.primary_key)

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0)
USUAL = 30  # cases in five minutes
STAND = f"""
INSERT INTO escalations_waiting (case_id, {COLUMNS}) SELECT id, {COLUMNS} FROM escalations_case c
WHERE state = 'queued' AND NOT EXISTS (SELECT FROM escalations_waiting w WHERE w.case_id = c.id)
"""  # noqa: S608


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """What one process remembers of a stream's spread is another test's stream."""
    streams._spreads.clear()


def weeks_of_history(case_type: CaseType, *, complaints: int = 2) -> None:
    """Nine even weeks, counted up to an hour ago."""
    dice = np.random.default_rng(4)
    start = NOW - timedelta(weeks=9)
    size = 9 * 7 * 288 - 12
    CountBucket.objects.bulk_create(
        CountBucket(
            client=case_type.client, case_type=case_type, starts_at=start + n * timedelta(minutes=5),
            total=int(total), complaints=complaints,
        )
        for n, total in enumerate(dice.poisson(USUAL, size))
    )  # fmt: skip
    Watermark.objects.update_or_create(name="counts", defaults={"until": NOW - timedelta(minutes=60)})


@pytest.fixture
def come(cast: Cast) -> Any:
    """Cases of a type, at moments; the template is a real one, the rest is copied in one statement."""
    model = waiting(cast.case_type("billing_dispute"), cast.acme_bot, reasons=())

    def copies(at: datetime, count: int, *, upset: int = 0) -> None:
        columns = [str(f.column) for f in Case._meta.concrete_fields]
        kept = ", ".join(
            {
                "id": "gen_random_uuid()", "ref": "'Z' || substr(md5(random()::text), 1, 14)",
                "external_id": "gen_random_uuid()::text", "created_at": "%s",
                "reason_codes": "CASE WHEN n <= %s THEN '{DISTRESS}'::varchar[] ELSE '{}' END",
            }.get(column, column)
            for column in columns
        )  # fmt: skip
        at_place = columns.index("created_at") < columns.index("reason_codes")
        values: list[Any] = [at, upset] if at_place else [upset, at]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL session_replication_role = replica"
            )  # copies need no history of their own
            cursor.execute(
                f"INSERT INTO escalations_case ({', '.join(columns)}) "  # noqa: S608
                f"SELECT {kept} FROM escalations_case, generate_series(1, %s) n WHERE id = %s",
                [*values, count, model.pk],
            )
            cursor.execute(STAND)

    Case.objects.filter(pk=model.pk).update(created_at=NOW - timedelta(days=200))
    return copies


def flow(come: Any, begin: datetime, minutes: int, per_minute: float) -> None:
    for minute in range(minutes):
        come(begin + timedelta(minutes=minute, seconds=30), round(per_minute))


def test_buckets_are_counted_by_time_and_catch_up_after_an_outage(cast: Cast, come: Any) -> None:
    """R062. The sweeper was dead for two days; one run later every bucket is as if it had not been."""
    start = NOW - timedelta(days=2)
    for n in range(20):
        come(start + n * timedelta(hours=2, minutes=7), n + 1, upset=n // 2)
    Watermark.objects.update_or_create(name="counts", defaults={"until": start - timedelta(hours=1)})
    assert count_cases()
    found = dict(CountBucket.objects.filter(starts_at__gte=start).values_list("starts_at", "total"))
    assert sum(found.values()) == sum(range(1, 21))
    at = start + 3 * timedelta(hours=2, minutes=7)
    assert found[at - timedelta(minutes=at.minute % 5, seconds=at.second)] == 4
    assert count_cases()  # again: the same
    assert dict(CountBucket.objects.filter(starts_at__gte=start).values_list("starts_at", "total")) == found


def test_a_planted_surge_is_one_alert_within_five_minutes_and_ends_by_itself(cast: Cast, come: Any) -> None:
    """R062. Three times the usual for twenty minutes, watched every half minute; then calm, and no second alarm."""
    kind = cast.case_type("billing_dispute")
    weeks_of_history(kind)
    flow(come, NOW - timedelta(minutes=60), 60, USUAL / 5)
    assert watch_streams(now=NOW) == 0
    flow(come, NOW, 20, 3 * USUAL / 5)
    flow(come, NOW + timedelta(minutes=20), 60, USUAL / 5)
    raised = []
    for step in range(160):
        now = NOW + timedelta(seconds=30 * step)
        raised += [now - NOW] * watch_streams(now=now)
    assert len(raised) == 1
    assert timedelta(0) < raised[0] <= timedelta(minutes=5)
    alert = Alert.objects.get(kind=AlertKind.SPIKE)
    assert (alert.end_reason, alert.data["ref"]) == ("calm", "acme billing_dispute")
    tell_people()


def test_a_surge_reaches_supervisors_of_that_client(cast: Cast, come: Any) -> None:
    weeks_of_history(cast.case_type("billing_dispute"))
    flow(come, NOW - timedelta(minutes=10), 10, 4 * USUAL / 5)
    assert watch_streams(now=NOW) == 1
    assert watch_streams(now=NOW) == 0
    tell_people()
    assert told(Alert.objects.get()) == {"sunny"}


def test_a_surge_of_complaints_is_told_apart_from_a_surge_of_cases(cast: Cast, come: Any) -> None:
    """R067. The usual number of cases, a third of them upset: supervisors hear of complaints and not of a spike."""
    weeks_of_history(cast.case_type("billing_dispute"))
    for minute in range(60):
        come(NOW - timedelta(minutes=60 - minute, seconds=-30), USUAL // 5, upset=2 if minute > 30 else 0)
    assert watch_streams(now=NOW) == 1
    alert = Alert.objects.get()
    assert alert.kind == AlertKind.COMPLAINTS
    tell_people()
    assert told(alert) == {"sunny"}
    assert watch_streams(now=NOW + timedelta(minutes=50)) == 0
    alert.refresh_from_db()
    assert alert.end_reason == "calm"


def test_the_same_error_of_a_tool_five_times_in_an_hour_is_told_to_qa(cast: Cast) -> None:
    """R065. Four are not yet; when they stop, the alert ends."""
    group = ErrorGroup.objects.create(
        client=cast.acme, signature="f" * 64, tool="lookup_ledger", error="time-out"
    )
    for _ in range(5):
        assert watch_errors() == 0
        case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
        Sighting.objects.create(group=group, case=case)
    assert watch_errors() == 1
    assert watch_errors() == 0
    tell_people()
    alert = Alert.objects.get()
    assert told(alert) == {"quinn"}
    Sighting.objects.update(at=NOW - timedelta(days=1))
    watch_errors()
    alert.refresh_from_db()
    assert alert.end_reason == "calm"


def test_the_same_mistake_corrected_five_times_is_told_to_qa(cast: Cast) -> None:
    """R065, of people's corrections."""
    for n in range(5):
        case = held(waiting(cast.case_type("billing_dispute"), cast.acme_bot), cast.fay)
        decide(case, cast.fay)
        decision = Decision.objects.get(case=case)
        Correction.objects.create(
            decision=decision, field="amount", before="1", after=f"2{n}", error_type="wrong_value"
        )
    assert watch_mistakes() == 1
    assert watch_mistakes() == 0
    tell_people()
    alert = Alert.objects.get(kind=AlertKind.REPEATED_ERROR)
    assert (alert.data["error"], told(alert)) == ("wrong_value", {"quinn"})


def test_contradicting_records_are_counted_by_source_and_field(cast: Cast) -> None:
    """R039: five in six hours alarm, per source system and field."""
    reason = {"code": "DATA_MISMATCH", "text": "differs", "field": "amount", "spans": [], "values": []}
    step = {"tool": "crm", "arguments": {}, "result": {"record": {"amount": "3"}}, "ok": True, "at": None}
    for _ in range(5):
        assert watch_contradictions() == 0
        waiting(
            cast.case_type("billing_dispute"),
            cast.acme_bot,
            reasons=[reason],
            package={**PACKAGE, "steps": [step]},
        )
    assert sum(contradictions(timedelta(hours=6)).values()) == 5
    assert watch_contradictions() == 1
    alert = Alert.objects.get(kind=AlertKind.INCONSISTENCY)
    assert (alert.data["source"], alert.data["field"], alert.data["count"]) == ("crm", "amount", 5)
