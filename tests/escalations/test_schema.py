"""The API's description is complete, and its page runs no script of its own making."""

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client as Browser

from config.doors import DOORS

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema() -> Any:
    """The schema as anybody gets it."""
    answer = Browser().get("/api/schema/?format=json")
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_every_operation_is_described_with_its_refusals(schema: Any) -> None:
    operations = {(path, method) for path, ways in schema["paths"].items() for method in ways}
    assert operations == {
        ("/api/v1/cases/", "post"),
        ("/api/v1/cases/{case_id}/", "get"),
        ("/api/v1/cases/{case_id}/messages/", "post"),
        ("/api/v1/cases/{case_id}/events/", "get"),
        ("/api/v1/cases/{case_id}/feedback/", "post"),
        ("/api/v1/policy/", "get"),
        ("/api/v1/policy/acknowledge/", "post"),
    }
    assert len(operations) == len([name for name, door in DOORS.items() if door == "agent"])
    for path, method in operations:
        operation = schema["paths"][path][method]
        assert {"agentToken": []} in operation["security"]
        assert "401" in operation["responses"]


def test_the_schema_describes_what_a_post_takes(schema: Any) -> None:
    body = schema["components"]["schemas"]["CaseInRequest"]
    assert set(body["required"]) == {"external_id", "case_type", "channel"}
    assert set(body["properties"]) == {
        "external_id", "case_type", "channel", "subject", "messages", "customer", "fields", "handoff",
    }  # fmt: skip


def test_the_generator_finds_nothing_to_warn_of(capsys: pytest.CaptureFixture[str]) -> None:
    """It drops silently what it cannot type, unless asked to fail."""
    call_command("spectacular", fail_on_warn=True, validate=True, file="/dev/null")


def test_the_docs_page_is_ours_alone_and_runs_no_inline_script() -> None:
    page = Browser().get("/api/docs/")
    policy = [rule.strip() for rule in page["Content-Security-Policy"].split(";")]  # in no fixed order
    assert page.status_code == 200
    assert b"<script>" not in page.content
    assert b"//cdn" not in page.content
    assert "script-src 'self'" in policy
    assert not any("unsafe-eval" in rule for rule in policy)
    script = Browser().get("/api/docs/?script=")
    assert (script.status_code, script["Content-Type"]) == (200, "application/javascript")
