"""Tiers and trees on their pages: changed by plain forms, wrong input answered beside the field."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import User
from escalations.models import DecisionTree, TierRule
from escalations.services.trees import publish_tree
from escalations.trees.draw import differences, drawn
from escalations.trees.shipped import default_tree, outage_tree
from tests.cast import Cast

SignedIn = Callable[[User], Browser]


@pytest.fixture
def admin(cast: Cast, signed_in: SignedIn) -> Browser:
    return signed_in(cast.adam)


def sent(document: dict[str, Any], **more: str) -> dict[str, str]:
    """The editor's table as a browser sends it."""
    fields = {"n": str(len(document["nodes"])), "based_on": "0"}
    for number, node in enumerate(document["nodes"]):
        value = ", ".join(node["value"]) if isinstance(node["value"], list) else str(node["value"])
        fields |= {
            f"id.{number}": node["id"], f"question.{number}": f"{node['ask']} {node['op']}", f"value.{number}": value,
            f"yes.{number}": node["yes"], f"no.{number}": node["no"],
        }  # fmt: skip
    return fields | more


HERE = "/desk/trees/edit/?client=acme"


def test_an_admin_edits_a_tree_and_publishes_it(cast: Cast, admin: Browser) -> None:
    """R052: in the UI, as a new version."""
    page = admin.get(HERE).content.decode()
    assert "Question 3" in page
    answer = admin.post(HERE, sent(outage_tree(), step="publish", note="outages first"))
    tree = DecisionTree.objects.get(client=cast.acme)
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/trees/{tree.pk}/")
    assert (tree.document, tree.created_by, tree.note) == (outage_tree(), cast.adam, "outages first")
    page = admin.get(f"/desk/trees/{tree.pk}/").content.decode()
    assert "Tier has reached 2?" in page


def test_a_loop_is_told_beside_its_answer_and_nothing_is_published(cast: Cast, admin: Browser) -> None:
    """R052: rejected if a leaf lacks a queue or a loop exists; what was typed stays."""
    broken = outage_tree()
    broken["nodes"][1]["no"] = "node:1"
    broken["nodes"][0]["yes"] = ""
    answer = admin.post(HERE, sent(broken, step="publish", note="kept words"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "a case would go round for ever" in page
    assert "Say where a case goes on yes" in page
    assert "kept words" in page
    assert not DecisionTree.objects.filter(client=cast.acme).exists()


@pytest.mark.parametrize(
    ("step", "ids"),
    [("add", ["1", "2", "3"]), ("remove-0", ["2"]), ("up-1", ["2", "1"]), ("up-9", ["1", "2"])],
)
def test_questions_are_added_removed_and_moved_by_buttons(admin: Browser, step: str, ids: list[str]) -> None:
    """R052: a plain form is enough."""
    page = admin.post(HERE, sent(outage_tree(), step=step)).content.decode()
    shown = [part.split('"')[2] for part in page.split('<input type="hidden" name="id.')[1:]]
    assert shown == ids


def test_a_case_is_tried_before_anything_is_published(admin: Browser) -> None:
    """R050: severity and the rest are typed, the path is shown."""
    given = {"try.tier": "1", "try.severity": "2", "step": "try"}
    page = admin.post(HERE, sent(outage_tree(), **given)).content.decode()
    assert "This case goes to <b>Frontline</b>" in page
    assert page.count("the tried case came by here") == 3
    wrong = admin.post(HERE, sent(outage_tree(), **{**given, "try.tier": "1", "try.severity": "seven"}))
    assert wrong.status_code == 422
    assert "Severity is a number from 1 to 4." in wrong.content.decode()


def test_the_second_of_two_editors_loses_nothing(cast: Cast, admin: Browser) -> None:
    """R052: told, with the table as it was sent."""
    publish_tree(document=default_tree(), actor=cast.adam, client=cast.acme)
    answer = admin.post(HERE, sent(outage_tree(), step="publish"))
    assert answer.status_code == 409
    assert "meanwhile" in answer.content.decode()
    assert "Tier has reached" in answer.content.decode()


@pytest.mark.parametrize(
    "junk",
    [
        {}, {"n": "x"}, {"n": "-1"}, {"n": "9" * 30}, {"n": "3"}, {"n": "1", "question.0": "weather is", "id.0": "<b>"},
        {"n": "1", "id.0": "1", "question.0": "severity is", "value.0": "\x00", "yes.0": "queue:", "no.0": "node:"},
        {"n": "500"}, {"n": "1", "id.0": "1", "question.0": "amount below", "value.0": "1e999", "yes.0": "policy"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("step", ["check", "try", "publish"])
def test_nonsense_is_answered_in_words(admin: Browser, junk: dict[str, str], step: str) -> None:
    answer = admin.post(HERE, {**junk, "step": step})
    assert answer.status_code == 422
    assert "problem" in answer.content.decode()
    assert DecisionTree.objects.count() == 1


@pytest.mark.parametrize("path", ["?client=nobody", "?client=acme&type=nothing", "?type=faq_chat"])
def test_a_reach_that_is_not_there_is_not_found(admin: Browser, path: str) -> None:
    assert admin.get(f"/desk/trees/edit/{path}").status_code == 404


def test_versions_say_what_changed(cast: Cast, admin: Browser) -> None:
    """R052: history with the difference."""
    changed = default_tree()
    changed["nodes"][2] = {**changed["nodes"][2], "value": 2, "yes": "queue:sme"}
    tree = publish_tree(document=changed, actor=cast.adam, based_on=1)
    page = admin.get(f"/desk/trees/{tree.pk}/").content.decode()
    assert (
        "Question 3 asks “Severity is this or graver: 2”, no longer “Severity is this or graver: 1”." in page
    )
    assert "Question 3, yes: sme, no longer supervisors." in page


def test_the_drawing_ends_even_where_the_tree_goes_round() -> None:
    looped = outage_tree()
    looped["nodes"][1]["no"] = "node:1"
    drawing = drawn(looped)
    assert drawing is not None
    assert drawing.branches[1].branches[1].kind == "again"
    assert differences(outage_tree(), looped) == ["Question 2, no: question 1, no longer frontline."]
    assert drawn({"nodes": []}) is None


def test_a_tree_of_a_client_is_ended_and_everybodys_holds(cast: Cast, admin: Browser) -> None:
    tree = publish_tree(document=outage_tree(), actor=cast.adam, client=cast.acme)
    assert admin.post(f"/desk/trees/{tree.pk}/end/").status_code == 303
    tree.refresh_from_db()
    assert tree.superseded_at is not None
    shared = DecisionTree.objects.get(client=None)
    admin.post(f"/desk/trees/{shared.pk}/end/")
    shared.refresh_from_db()
    assert shared.superseded_at is None


TIER = {"name": "Front", "dwell_minutes": "30", "lease_seconds": "600", "authority": "250"}


def test_a_tier_is_changed_on_its_page(cast: Cast, admin: Browser) -> None:
    """R058: owner and timer."""
    rule = TierRule.objects.get(client=None, number=1)
    assert admin.get("/desk/tiers/").status_code == 200
    answer = admin.post(f"/desk/tiers/{rule.pk}/", {**TIER, "owner": cast.ella.pk})
    rule.refresh_from_db()
    assert answer.status_code == 303
    assert (rule.owner, rule.dwell_minutes, rule.lease_seconds, rule.authority) == (
        cast.ella,
        30,
        600,
        Decimal(250),
    )


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("owner", "", "This field is required."), ("owner", "999999", "valid choice"),
        ("dwell_minutes", "0", "at least one minute"), ("dwell_minutes", "", "This field is required."),
        ("dwell_minutes", "soon", "whole number"), ("lease_seconds", "5", "at least 60 seconds"),
        ("authority", "-1", "nothing or more"), ("name", "", "This field is required."),
    ],
)  # fmt: skip
def test_no_tier_is_saved_without_owner_and_timer(
    cast: Cast, admin: Browser, field: str, value: str, says: str
) -> None:
    """R058: told beside the field, nothing half done."""
    rule = TierRule.objects.get(client=None, number=1)
    answer = admin.post(f"/desk/tiers/{rule.pk}/", {**TIER, "owner": str(cast.ella.pk), field: value})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert TierRule.objects.get(pk=rule.pk).owner == cast.sunny


def test_a_clients_own_tier_comes_and_goes(cast: Cast, admin: Browser) -> None:
    own = {**TIER, "client": cast.acme.pk, "number": "1", "owner": cast.ella.pk}
    assert admin.post("/desk/tiers/new/", own).status_code == 303
    twice = admin.post("/desk/tiers/new/", own)
    assert twice.status_code == 409
    assert "change that one" in twice.content.decode()
    rule = TierRule.objects.get(client=cast.acme)
    assert admin.post(f"/desk/tiers/{rule.pk}/end/").status_code == 303
    assert not TierRule.objects.filter(client=cast.acme).exists()


def test_the_ladder_is_saved_whole_or_not_at_all(cast: Cast, admin: Browser) -> None:
    """R048: never sideways or down."""
    billing, frontline = cast.queue("billing"), cast.queue("frontline")
    wrong = {f"raises_{billing.pk}": cast.queue("sme").pk, f"raises_{frontline.pk}": billing.pk}
    answer = admin.post("/desk/tiers/ladder/", wrong)
    assert answer.status_code == 422
    assert "choose a higher one" in answer.content.decode()
    assert cast.queue("billing").raises_to == cast.queue("supervisors")
    assert (
        admin.post("/desk/tiers/ladder/", {f"raises_{billing.pk}": cast.queue("sme").pk}).status_code == 303
    )
    assert cast.queue("billing").raises_to == cast.queue("sme")


@pytest.mark.parametrize("path", ["/desk/tiers/", "/desk/trees/", "/desk/trees/edit/", "/desk/tiers/new/"])
def test_only_who_may_edit_finds_these_pages(cast: Cast, signed_in: SignedIn, path: str) -> None:
    """R046."""
    assert signed_in(cast.fay).get(path).status_code == 403
    assert signed_in(cast.adam).get(path).status_code == 200
