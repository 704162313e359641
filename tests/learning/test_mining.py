"""From corrections to a proposed row of policy, with its rehearsal (R096, R100)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import Event, User
from escalations.errors import Conflict, NotAllowed
from escalations.models import Alert, CaseType, Routing, RuleProposal, Sample
from escalations.policy.jdm import content
from escalations.selectors.policy import document_of
from reviews.services.learning import mining
from reviews.services.learning.content import digest_of
from reviews.services.learning.mining import dismiss_rule, mine_rules, row_of, take_rule, with_row
from reviews.services.learning.patterns import patterns
from reviews.services.learning.weekly_rules import mine_weekly
from tests.cast import Cast
from tests.learning.models import samples
from tests.learning.test_patterns import traffic

pytestmark = pytest.mark.django_db


def mined(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> tuple[CaseType, list[RuleProposal]]:
    """The proposals for a type whose chats about reminders people correct."""
    rows = traffic(lambda s: s["category"] == "reminder" and s["channel"] == "chat", seed=3, cases=600)
    monkeypatch.setattr(mining, "_judged", lambda _: rows)
    case_type = cast.case_type("billing_dispute")
    return case_type, mine_rules(case_type=case_type, by=cast.adam)


def test_a_cluster_of_corrections_proposes_a_row_with_its_rehearsal(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R096: in the language of the policy document, and nothing changes by it."""
    case_type, made = mined(cast, monkeypatch)
    first = made[0]
    assert 'case_type == "billing_dispute"' in first.row["when"]
    assert {clause["signal"] for clause in first.pattern["clauses"]} == {"category", "channel"}
    assert first.rehearsal is not None
    assert first.rehearsal.case_type == case_type
    rules = content(first.rehearsal.document["tables"]["reasons"])["rules"]
    assert rules[-1] == first.row
    assert Event.objects.filter(kind="rule.proposed").count() == len(made)
    assert mine_rules(case_type=case_type, by=cast.adam) == []  # proposed once


def test_the_row_sends_such_cases_to_people_and_no_others(cast: Cast) -> None:
    rows = traffic(lambda s: s["category"] == "reminder" and s["channel"] == "chat", seed=3, cases=600)
    row = row_of(cast.case_type("billing_dispute"), patterns(rows)[0])
    from escalations.policy.document import PolicyDocument

    document = PolicyDocument.parse(with_row(document_of(cast.policy).data, row))
    about = {"client": "acme", "case_type": "billing_dispute"}
    like = {"category": "reminder", "channel": "chat"} | about
    for signals, matches in (
        (like, True),
        (like | {"channel": "email"}, False),
        (like | {"client": "birch"}, False),
    ):
        hits = document.tables.run("reasons", _every_signal(document) | signals)
        assert (row["_id"] in {hit["_row"] for hit in hits}) == matches


def _every_signal(document: Any) -> dict[str, Any]:
    from escalations.policy.vocabulary import SIGNALS

    empty = {"number": 0, "flag": False, "word": "", "words": []}
    numbers = dict(document.data["numbers"])
    return {name: empty[kind] for name, kind in SIGNALS.items()} | {"n": numbers}


def test_a_proposal_is_taken_into_a_draft_or_dismissed_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, made = mined(cast, monkeypatch)
    with pytest.raises(NotAllowed):
        take_rule(proposal=made[0], actor=cast.sunny)
    draft = take_rule(proposal=made[0], actor=cast.adam)
    assert content(draft.document["tables"]["reasons"])["rules"][-1] == made[0].row
    with pytest.raises(Conflict):
        dismiss_rule(proposal=made[0], actor=cast.adam)
    with pytest.raises(Conflict):
        take_rule(proposal=made[0], actor=cast.adam)


def test_what_people_decided_is_read_with_what_policy_measured(cast: Cast) -> None:
    """R100: from the samples and the routings of the decisions."""
    from reviews.services.learning.mining import _judged

    made = samples(cast, [("The voucher code does not work", "refund_request")])[0]
    assert _judged(cast.case_type("billing_dispute")) == []  # its routing is not known
    routing = Routing.objects.filter(case=made.case).latest("pk")
    measured = {**routing.outcome, "trace": {"signals": {"category": "refund_request", "channel": "chat"}}}
    told = Routing.objects.create(
        case=made.case, policy=cast.policy, settle=False, allocation="human", outcome=measured
    )
    from escalations.models import Decision
    from reviews.models import TrainingExample

    old = made.decision
    assert old is not None
    decision = Decision.objects.create(
        case=made.case, verb="override", actor_kind="human", user=cast.finn, claim_token=77, disposition="answered",
        reason="rule", salt=b"x", policy=cast.policy, standing="final", seen={"routing": told.pk},
    )  # fmt: skip
    example = TrainingExample.objects.create(
        decision=decision, case=made.case, ai_output={}, human_output={}, agrees=False, policy=cast.policy
    )
    kept = {"text": "Voucher please", "person": {"verb": "override", "reason": "rule"}, "corrections": []}
    Sample.objects.create(
        decision=decision, example=example.pk, case=made.case, client=cast.acme, case_type=made.case_type,
        held_out=False, content=kept, digest=digest_of(kept), at=made.at,
    )  # fmt: skip
    rows = _judged(cast.case_type("billing_dispute"))
    assert [(row.signals["channel"], row.wrong, "voucher" in row.words) for row in rows] == [
        ("chat", frozenset({"why:rule"}), True)
    ]


def test_the_page_takes_a_rule_into_a_draft(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, signed_in: Callable[[User], Browser]
) -> None:
    case_type, made = mined(cast, monkeypatch)
    adam, url = signed_in(cast.adam), "/desk/models/rules/"
    text = adam.get(url).content.decode()
    assert "category is reminder" in text
    assert "Its rehearsal is running." in text
    assert adam.post(f"{url}mine/", {"type": case_type.pk}).status_code == 303
    answer = adam.post(f"{url}{made[0].pk}/take/")
    assert answer.status_code == 303
    assert "/desk/policy/drafts/" in answer["Location"]
    assert adam.post(f"{url}{made[0].pk}/take/", follow=True).status_code == 200
    assert RuleProposal.objects.get(pk=made[0].pk).state == "taken"


def test_corrections_are_mined_by_themselves_once_a_week_and_offered(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R096, R100: the AI owner is told once; when the last proposal is answered, it is over."""
    rows = traffic(lambda s: s["category"] == "reminder" and s["channel"] == "chat", seed=3, cases=600)
    kind = cast.case_type("billing_dispute")
    looked: list[int] = []

    def judged(one: CaseType) -> list[Any]:
        looked.append(one.pk)
        return rows if one == kind else []

    monkeypatch.setattr(mining, "_judged", judged)
    monday = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert mine_weekly(now=monday) == 1
    seen = len(looked)
    assert mine_weekly(now=monday + timedelta(days=3)) == 0
    assert len(looked) == seen, "each type once a week"
    assert mine_weekly(now=monday + timedelta(days=7)) == 0
    assert len(looked) == 2 * seen
    alert = Alert.objects.get(kind="rule_proposed")
    assert cast.adam.pk in alert.people
    assert (alert.key, alert.count) == ("acme:billing_dispute", 1)
    for one in RuleProposal.objects.filter(case_type=kind):
        assert Alert.objects.get(kind="rule_proposed").ended_at is None
        dismiss_rule(proposal=one, actor=cast.adam)
    assert Alert.objects.get(kind="rule_proposed").end_reason == "answered"


def test_what_fails_on_one_type_is_tried_again_and_keeps_no_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, looked = cast.case_type("billing_dispute"), []

    def judged(one: CaseType) -> list[Any]:
        looked.append(one.pk)
        if one == broken:
            raise RuntimeError
        return []

    monkeypatch.setattr(mining, "_judged", judged)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            mine_weekly()
    assert looked.count(broken.pk) == 2
    assert all(looked.count(pk) == 1 for pk in set(looked) - {broken.pk})
