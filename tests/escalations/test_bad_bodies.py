"""Bad input at every door of the API: a clear refusal, nothing kept, nothing quoted at length (T4, T26)."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from escalations.models import Case
from tests.escalations.bodies import dispute, faq, handoff
from tests.robot import CASES, Robot

pytestmark = pytest.mark.django_db

# Made at import: a long run must not catch up with it.
LATE = (timezone.now() + timedelta(days=1)).isoformat()


def said(**changes: Any) -> list[dict[str, Any]]:
    return [{"author": "customer", "text": "hello", **changes}]


def field(**changes: Any) -> list[dict[str, Any]]:
    return [{"name": "amount", "value": "12", "confidence": 0.5, **changes}]


BAD: dict[str, tuple[dict[str, Any], str]] = {
    # what: (changes to a good body, where the refusal points)
    "unknown field": ({"state": "closed"}, "#/state"),
    "a server's column": ({"tier": 3}, "#/tier"),
    "unknown field deep inside": ({"messages": said(html=True)}, "#/messages/0/html"),
    "unknown field in the handoff": ({"handoff": handoff(secret=1)}, "#/handoff/secret"),
    "external_id missing": ({"external_id": None}, "#/external_id"),
    "external_id a number": ({"external_id": 7}, "#/external_id"),
    "external_id too long": ({"external_id": "x" * 121}, "#/external_id"),
    "external_id with a line break": ({"external_id": "a\nb"}, "#/external_id"),
    "unknown channel": ({"channel": "fax"}, "#/channel"),
    "unknown case type": ({"case_type": "no_such_type"}, "#/case_type"),
    "subject a list": ({"subject": ["a"]}, "#/subject"),
    "subject too long": ({"subject": "x" * 301}, "#/subject"),
    "messages an object": ({"messages": {"0": "hello"}}, "#/messages"),
    "501 messages": ({"messages": said() * 501}, "#/messages"),
    "unknown author": ({"messages": said(author="system")}, "#/messages/0/author"),
    "text missing": ({"messages": [{"author": "customer"}]}, "#/messages/0/text"),
    "text blank": ({"messages": said(text="")}, "#/messages/0/text"),
    "a million characters": ({"messages": said(text="x" * 1_000_000)}, "#/messages/0/text"),
    "a time without a zone": ({"messages": said(at="2026-03-01T09:30:00")}, "#/messages/0/at"),
    "a time in the future": ({"messages": said(at=LATE)}, "#/messages/0/at"),
    "a time before 2000": ({"messages": said(at="1999-12-31T23:59:59Z")}, "#/messages/0/at"),
    "no such day": ({"messages": said(at="2026-02-30T00:00:00Z")}, "#/messages/0/at"),
    "a time that is a number": ({"messages": said(at=1767225600)}, "#/messages/0/at"),
    "confidence above 1": ({"fields": field(confidence=1.01)}, "#/fields/0/confidence"),
    "confidence below 0": ({"fields": field(confidence=-0.01)}, "#/fields/0/confidence"),
    "confidence in quotes": ({"fields": field(confidence="0.5")}, "#/fields/0/confidence"),
    "confidence true": ({"fields": field(confidence=True)}, "#/fields/0/confidence"),
    "confidence of the handoff": ({"handoff": handoff(confidence=7)}, "#/handoff/confidence"),
    "value an object": ({"fields": field(value={"a": 1})}, "#/fields/0/value"),
    "value too long": ({"fields": field(value="9" * 2001)}, "#/fields/0/value"),
    "a span past the end": (
        {"fields": field(source={"message": 0, "start": 0, "end": 10_000})}, "#/fields/0/source/end",
    ),
    "a span backwards": ({"fields": field(source={"message": 0, "start": 5, "end": 2})}, "#/fields/0/source/end"),
    "a span in no message": (
        {"fields": field(source={"message": 9, "start": 0, "end": 2})}, "#/fields/0/source/message",
    ),
    "a span of halves": (
        {"fields": field(source={"message": 0, "start": 0.5, "end": 2})}, "#/fields/0/source/start",
    ),
    "customer nested": ({"customer": {"address": {"street": "x"}}}, "#/customer"),
    "customer too wide": ({"customer": {str(i): i for i in range(41)}}, "#/customer"),
    "unknown handoff version": ({"handoff": handoff(schema="handoff/99")}, "#/handoff/schema"),
    "a step that says yes": (
        {"handoff": handoff(steps=[{"tool": "x", "ok": "yes"}])}, "#/handoff/steps/0/ok",
    ),
    "arguments a list": (
        {"handoff": handoff(proposed={"action": "x", "arguments": []})}, "#/handoff/proposed/arguments",
    ),
    "nothing to review": ({"messages": [], "handoff": None}, "#"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bad_body_is_refused_with_the_place_of_the_fault(robot: Robot, what: str) -> None:
    changes, pointer = BAD[what]
    body = {name: value for name, value in {**dispute(), **changes}.items() if value is not None}
    answer = robot.post(body)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 400
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert len(answer.content) < 2000
    assert not Case.objects.exists()


def doubled(body: dict[str, Any]) -> str:
    return json.dumps(body)[:-1] + ', "subject": "again"}'


RAW: dict[str, Callable[[dict[str, Any]], str | bytes]] = {
    "not JSON": lambda body: "subject=hello",
    "empty": lambda body: "",
    "cut off": lambda body: json.dumps(body)[:-5],
    "not UTF-8": lambda body: json.dumps({**body, "subject": "é"}, ensure_ascii=False).encode("latin-1"),
    "a byte order mark": lambda body: b"\xef\xbb\xbf" + json.dumps(body).encode(),
    "a list": lambda body: json.dumps([body]),
    "a string": lambda body: '"hello"',
    "null": lambda body: "null",
    "a key twice": doubled,
    "NUL": lambda body: json.dumps({**body, "subject": "a\x00b"}),
    "NUL in a key": lambda body: json.dumps({**body, "customer": {"a\x00": 1}}),
    "half a surrogate pair": lambda body: json.dumps({**body, "subject": "\ud800"}),
    "NaN": lambda body: json.dumps({**body, "fields": field(confidence=float("nan"))}),
    "Infinity": lambda body: json.dumps({**body, "customer": {"n": float("inf")}}),
    "1e999": lambda body: json.dumps({**body, "customer": {"n": 0}}).replace('"n": 0', '"n": 1e999'),
    "beyond 2^53": lambda body: json.dumps({**body, "customer": {"n": 2**53 + 1}}),
    "a number of 5000 digits": lambda body: json.dumps({**body, "customer": {"n": 0}}).replace(
        ": 0}", f": {'9' * 5000}}}"
    ),
    "33 levels deep": lambda body: json.dumps(body)[:-1] + ', "subject": ' + "[" * 33 + "]" * 33 + "}",
    "100,000 levels deep": lambda body: "[" * 100_000 + "]" * 100_000,
}


@pytest.mark.parametrize("what", RAW)
@pytest.mark.parametrize("door", ["cases", "messages"])
def test_json_that_means_two_things_or_cannot_be_kept_is_refused(robot: Robot, what: str, door: str) -> None:
    path = CASES
    if door == "messages":
        path = f"{CASES}{robot.post(faq()).json()['id']}/messages/"
    kept = Case.objects.count()
    answer = robot.post(RAW[what](faq()), path=path)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert Case.objects.count() == kept


@pytest.mark.parametrize("size", [2 * 1024 * 1024 + 1, 10_000_000])
def test_a_body_that_is_too_large_is_413(robot: Robot, size: int) -> None:
    answer = robot.post(b" " * size)
    assert (answer.status_code, answer.json()["status"]) == (413, 413)


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\there", "emoji\N{SNOWMAN}"])
def test_every_case_needs_a_printable_key(robot: Robot, key: str) -> None:
    answer = robot.post(faq(), key=key)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/Idempotency-Key"
    assert not Case.objects.exists()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_only_json_is_read(robot: Robot, kind: str) -> None:
    answer = robot.http.post(CASES, "a=b", content_type=kind, headers={"idempotency-key": "k"})
    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_methods_nobody_declared_are_refused(robot: Robot, method: str) -> None:
    answer = getattr(robot.http, method)(CASES)
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")


@pytest.mark.parametrize(
    "changes",
    [{"author": "human"}, {"text": ""}, {"text": "x" * 100_001}, {"nope": 1}, {"at": LATE}, {"fields": "x"}],
)
def test_a_bad_message_is_refused(robot: Robot, changes: dict[str, Any]) -> None:
    case_id = robot.post(faq()).json()["id"]
    answer = robot.post(
        {"author": "customer", "text": "hello", **changes}, path=f"{CASES}{case_id}/messages/"
    )
    assert answer.status_code == 400
    assert Case.objects.get(pk=case_id).messages.count() == 1


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 40, "%00"])
def test_a_bad_cursor_is_refused(robot: Robot, after: str) -> None:
    case_id = robot.post(faq()).json()["id"]
    assert robot.http.get(f"{CASES}{case_id}/events/?after={after}").status_code == 400
