"""Policy's pages: written in words, lint beside the row, rehearsed, approved by two, published (R011, R091)."""

import time
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import User
from escalations.models import PolicyDraft, PolicyVersion, Rehearsal
from escalations.policy import jdm
from escalations.selectors.policy import live_policy
from tests.cast import Cast
from tests.engine import work
from tests.escalations.cases import queued, settled
from tests.escalations.releases import approved, drafted, released, second_admin, stricter

pytestmark = pytest.mark.django_db
ROOT = "/desk/policy/"
OR = {
    "text": "Late and loud",
    "signal.0": "distress", "op.0": ">=", "value.0": "0,9", "limit.0": "", "join.0": "and",
    "signal.1": "topics", "op.1": "has", "value.1": "billing", "limit.1": "", "join.1": "and",
    "signal.2": "amount", "op.2": ">", "value.2": "", "limit.2": "n.credit_limit", "join.2": "or",
    "tier": "2", "severity": "1", "experienced": "false",
}  # fmt: skip


def browser(person: User) -> Browser:
    """Signed in, with the password given again a moment ago."""
    client = Browser()
    client.force_login(person)
    session = client.session
    session["account_authentication_methods_user"] = str(person.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    return client


@pytest.fixture
def adam(cast: Cast) -> Browser:
    return browser(cast.adam)


@pytest.fixture
def draft(cast: Cast, adam: Browser) -> PolicyDraft:
    """Begun by Adam, a copy so far."""
    adam.post(f"{ROOT}drafts/new/", {"title": "Nights"})
    return PolicyDraft.objects.get(title="Nights")


def rows(draft: PolicyDraft, table: str) -> dict[str, jdm.Row]:
    return {row.id: row for row in jdm.rows(PolicyDraft.objects.get(pk=draft.pk).document["tables"][table])}


def edits(draft: PolicyDraft) -> dict[str, Any]:
    return {"edits": PolicyDraft.objects.get(pk=draft.pk).edits}


def test_a_draft_goes_all_the_way_on_the_pages(cast: Cast, adam: Browser, draft: PolicyDraft) -> None:
    settled(cast)
    page, values = f"{ROOT}drafts/{draft.pk}/", f"{ROOT}drafts/{draft.pk}/values/"
    shown = adam.get(values)
    sent = {
        **edits(draft), **{field.name: field.value for part in ("numbers", "minutes", "lists")
                           for field in shown.context[part]},
        "thresholds": "acme/faq_chat = 0.99",
    }  # fmt: skip
    assert adam.post(values, sent).status_code == 303
    assert "acme/faq_chat: the type&#x27;s own, now 0.99" in adam.get(page).content.decode()
    began = adam.post(f"{page}rehearse/", {"since": "2020-01-01", "until": "2020-02-01", "client": ""})
    assert began.status_code == 303
    work()
    today = Rehearsal.objects.get().created_at.date().isoformat()
    began = adam.post(f"{page}rehearse/", {"since": today, "until": today})
    work()
    said = adam.get(began["Location"]).content.decode()
    assert "1 of 1 cases would go another way" in said
    assert "settled by the AI" in said
    assert "frontline, tier 1, severity 3: low confidence" in said
    digest = PolicyDraft.objects.get(pk=draft.pk).digest
    for person, side in ((second_admin(), "ai"), (cast.sunny, "ops")):
        answer = browser(person).post(f"{page}speak/", {"say": side, "digest": digest})
        assert answer.status_code == 303
    assert adam.post(f"{page}publish/", {"when": "now", "digest": digest})["Location"] == f"{ROOT}versions/2/"
    assert live_policy().number == 2
    assert "acme/faq_chat: the type&#x27;s own, now 0.99" in adam.get(f"{ROOT}versions/2/").content.decode()


def test_a_row_is_written_in_words_and_stored_as_an_expression(adam: Browser, draft: PolicyDraft) -> None:
    new = f"{ROOT}drafts/{draft.pk}/tiers/new/"
    assert adam.post(new, {**OR, **edits(draft)}).status_code == 303
    made = rows(draft, "tiers")["late-and-loud"]
    assert made.cells["when"] == 'distress >= 0.9 and ("billing" in topics or amount > n.credit_limit)'
    assert (made.outputs["tier"], made.outputs["severity"]) == ("2", "1")
    said = adam.get(f"{ROOT}drafts/{draft.pk}/tiers/").content.decode()
    assert "distress is at least 0.9 and (the topics include billing or the amount is more than 50" in said


def test_every_shipped_row_opens_as_a_form_and_saving_it_changes_nothing(
    adam: Browser, draft: PolicyDraft
) -> None:
    before = PolicyDraft.objects.get(pk=draft.pk).digest
    for table in ("reasons", "tiers", "queues"):
        for id in rows(draft, table):
            path = f"{ROOT}drafts/{draft.pk}/{table}/{id}/"
            form = adam.get(path).context["form"]
            sent: dict[str, Any] = {"text": form.text, **form.outputs, **edits(draft)}
            for n, line in enumerate(form.lines):
                sent |= {
                    f"{name}.{n}": getattr(line, name) for name in ("join", "signal", "op", "limit", "value")
                }
            assert adam.post(path, sent).status_code == 303, path
    assert PolicyDraft.objects.get(pk=draft.pk).digest == before


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"text": " "}, "Say in one sentence"),
        ({"op.0": "has"}, "you can ask"),
        ({"value.0": "much"}, "A number, such as"),
        ({"limit.0": "n.credit_limit"}, "not both"),
        ({"limit.2": "n.nothing"}, "no such limit"),
        ({"signal.0": "moon"}, "Choose what to look at"),
        ({"value.1": 'x" or 1 == 1 or "'}, "One word"),
        ({"tier": "9"}, "Choose one"),
        ({"tier": ""}, "Choose one"),
        ({"value.0": "9" * 400}, "A number, such as"),
    ],
)
def test_bad_input_is_told_beside_the_field_and_nothing_is_kept(
    adam: Browser, draft: PolicyDraft, wrong: dict[str, str], says: str
) -> None:
    answer = adam.post(f"{ROOT}drafts/{draft.pk}/tiers/new/", {**OR, **edits(draft), **wrong})
    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert "late-and-loud" not in rows(draft, "tiers")


def test_one_more_line_is_offered_without_saving(adam: Browser, draft: PolicyDraft) -> None:
    answer = adam.post(f"{ROOT}drafts/{draft.pk}/tiers/new/", {**OR, **edits(draft), "step": "line"})
    assert (answer.status_code, len(answer.context["form"].lines)) == (200, 4)
    assert "late-and-loud" not in rows(draft, "tiers")


def test_lint_stands_beside_its_row_and_a_lost_safety_rule_above(adam: Browser, draft: PolicyDraft) -> None:
    row = {**OR, "value.0": "1.5"}
    adam.post(f"{ROOT}drafts/{draft.pk}/tiers/new/", {**row, **edits(draft)})
    said = adam.get(f"{ROOT}drafts/{draft.pk}/tiers/").content.decode()
    at = said.index('id="row-late-and-loud"')
    assert "can never match" in said[at : said.index("</tr>", at)]
    adam.post(f"{ROOT}drafts/{draft.pk}/reasons/", {"do": "remove", "row": "distress", **edits(draft)})
    assert "no row gives DISTRESS" in adam.get(f"{ROOT}drafts/{draft.pk}/reasons/").content.decode()
    answer = adam.post(f"{ROOT}drafts/{draft.pk}/rehearse/", {"since": "2026-01-01", "until": "2026-01-02"})
    assert answer.status_code == 409


def test_each_row_says_how_often_it_matched_lately(cast: Cast, adam: Browser, draft: PolicyDraft) -> None:
    settled(cast)
    queued(cast)
    page = adam.get(f"{ROOT}drafts/{draft.pk}/reasons/").context
    hits = {row["id"]: row["hits"] for row in page["rows"]}
    assert (page["of"], hits["low-confidence"], hits["distress"]) == (2, 1, 0)
    adam.post(f"{ROOT}drafts/{draft.pk}/tiers/new/", {**OR, **edits(draft)})
    rows = adam.get(f"{ROOT}drafts/{draft.pk}/tiers/").context["rows"]
    assert [row["id"] for row in rows if row["hits"] is None] == ["late-and-loud"]


def test_queues_are_moved_up_and_the_matrix_is_a_choice_a_cell(adam: Browser, draft: PolicyDraft) -> None:
    first, second = list(rows(draft, "queues"))[:2]
    adam.post(f"{ROOT}drafts/{draft.pk}/queues/", {"do": "up", "row": second, **edits(draft)})
    assert list(rows(draft, "queues"))[:2] == [second, first]
    sent = {"do": "allocate", "a.risk-low": "hybrid", "a.risk-medium": "nonsense", **edits(draft)}
    adam.post(f"{ROOT}drafts/{draft.pk}/allocation/", sent)
    chosen = rows(draft, "allocation")
    assert chosen["risk-low"].outputs["allocation"] == '"hybrid"'
    assert chosen["risk-medium"].outputs["allocation"] == '"hybrid"', "as it was"


def test_what_was_typed_on_an_older_look_is_not_saved(adam: Browser, draft: PolicyDraft) -> None:
    old = edits(draft)
    adam.post(f"{ROOT}drafts/{draft.pk}/queues/", {"do": "remove", "row": "hiring", **old})
    answer = adam.post(
        f"{ROOT}drafts/{draft.pk}/queues/", {"do": "remove", "row": "billing", **old}, follow=True
    )
    assert "Somebody has changed this draft since" in answer.content.decode()
    assert "billing" in rows(draft, "queues")


def test_values_that_are_saved_as_they_stand_change_nothing(adam: Browser, draft: PolicyDraft) -> None:
    values, before = f"{ROOT}drafts/{draft.pk}/values/", PolicyDraft.objects.get(pk=draft.pk)
    shown = adam.get(values).context
    sent = {field.name: field.value for part in ("numbers", "minutes", "lists") for field in shown[part]}
    assert adam.post(values, {**sent, **edits(draft)}).status_code == 303
    after = PolicyDraft.objects.get(pk=draft.pk)
    assert (after.digest, after.edits) == (before.digest, before.edits)


@pytest.mark.parametrize(
    "name", ["n.distress_limit", "sla.1", "thresholds", "topics", "intents", "queues", "ladder"]
)
def test_numbers_and_words_out_of_range_are_told(adam: Browser, draft: PolicyDraft, name: str) -> None:
    values = f"{ROOT}drafts/{draft.pk}/values/"
    shown = adam.get(values).context
    sent = {field.name: field.value for part in ("numbers", "minutes", "lists") for field in shown[part]}
    answer = adam.post(values, {**sent, **edits(draft), name: "none of = ??? to ???"})
    assert answer.status_code == 422
    assert PolicyDraft.objects.get(pk=draft.pk).edits == 1
    assert adam.post(values, edits(draft)).status_code == 422


@pytest.mark.parametrize("name", ["finn", "frida", "ella", "cora", "quinn", "audrey", "stan"])
def test_other_people_find_every_page_shut(cast: Cast, draft: PolicyDraft, name: str) -> None:
    other, page = browser(cast.person(name)), f"{ROOT}drafts/{draft.pk}/"
    for path in (ROOT, page, f"{page}tiers/", f"{page}values/", f"{ROOT}versions/1/", f"{page}tiers/new/"):
        assert other.get(path).status_code == 403, path
    for path in (f"{page}speak/", f"{page}publish/", f"{page}do/", f"{page}rehearse/", f"{ROOT}drafts/new/"):
        assert other.post(path).status_code == 403, path
    assert PolicyDraft.objects.count() == 1


def test_who_approves_reads_but_does_not_edit(cast: Cast, draft: PolicyDraft) -> None:
    sunny, page = browser(cast.sunny), f"{ROOT}drafts/{draft.pk}/"
    assert sunny.get(page).status_code == 200
    assert sunny.get(f"{page}tiers/").status_code == 403
    assert sunny.post(f"{ROOT}drafts/new/", {"title": "Mine"}).status_code == 403
    assert sunny.post(f"{page}do/", {"do": "withdraw"}).status_code == 403


def test_publishing_and_approving_ask_for_the_password_again(cast: Cast) -> None:
    draft, stale = approved(cast), Browser()
    stale.force_login(cast.sunny)
    page = f"{ROOT}drafts/{draft.pk}/"
    for path in (f"{page}publish/", f"{page}speak/", f"{ROOT}versions/1/back/"):
        answer = stale.post(path, {"when": "now", "digest": draft.digest})
        assert (answer.status_code, "reauthenticate" in answer["Location"]) == (302, True)
    assert live_policy().number == 1


def test_refusals_and_times_are_answered_in_words(cast: Cast, adam: Browser) -> None:
    draft = approved(cast)
    page = f"{ROOT}drafts/{draft.pk}/"
    for at in ("", "soon", "1999-01-01T00:00", "2020-01-01T00:00", "9999-12-31T23:59"):
        answer = adam.post(f"{page}publish/", {"when": "later", "at": at, "digest": draft.digest})
        assert answer.status_code == 422, at
    other = drafted(cast, stricter(0.7))
    said = browser(cast.sunny).post(
        f"{ROOT}drafts/{other.pk}/speak/", {"say": "refuse", "digest": other.digest, "note": " "}
    )
    assert (said.status_code, "Say what has to change" in said.content.decode()) == (422, True)
    gone = adam.post(f"{page}publish/", {"when": "now", "digest": "0" * 64})
    assert gone.status_code == 409


def test_one_button_goes_back(cast: Cast) -> None:
    released(cast)
    sunny = browser(cast.sunny)
    assert sunny.post(f"{ROOT}versions/1/back/", {"reason": ""}).status_code == 422
    answer = sunny.post(f"{ROOT}versions/1/back/", {"reason": "Too strict"})
    assert answer["Location"] == f"{ROOT}versions/3/"
    assert sunny.post(f"{ROOT}versions/1/back/", {"reason": "Again"}).status_code == 409
    assert PolicyVersion.objects.count() == 3


def test_a_running_rehearsal_shows_its_progress_and_is_stopped(cast: Cast, adam: Browser) -> None:
    draft = drafted(cast)
    began = adam.post(f"{ROOT}drafts/{draft.pk}/rehearse/", {"since": "2026-01-01", "until": "2026-01-02"})
    path = began["Location"]
    part = adam.get(path, headers={"HX-Request": "true"})
    assert (b"<progress" in part.content, b"<html" in part.content) == (True, False)
    assert part.headers.get("HX-Refresh") is None
    again = adam.post(f"{ROOT}drafts/{draft.pk}/rehearse/", {"since": "2026-01-01", "until": "2026-01-02"})
    assert again.status_code == 409
    adam.post(f"{path}do/", {"do": "cancel"})
    assert adam.get(path, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    adam.post(f"{path}do/", {"do": "resume"})
    work()
    assert Rehearsal.objects.get().state == "done"


def test_what_is_not_there_is_not_found(adam: Browser, draft: PolicyDraft) -> None:
    page = f"{ROOT}drafts/{draft.pk}/"
    for path in (f"{ROOT}versions/9/", f"{ROOT}drafts/999999/", f"{page}moons/", f"{page}tiers/none-such/",
                 f"{page}allocation/risk-low/", f"{ROOT}rehearsals/999999/"):  # fmt: skip
        assert adam.get(path).status_code == 404, path
