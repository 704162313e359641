"""Where a judged case enters, and the way it took through the tree."""

from typing import Any

import pytest

from accounts.choices import EventKind
from accounts.models import Event
from escalations.choices import ReasonCode
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Case, DecisionTree, SubTask, TierRule
from escalations.services.raising import raise_cases
from escalations.services.trees import publish_tree, retire_tree
from escalations.trees import SCHEMA
from escalations.trees.shipped import default_tree, outage_tree
from escalations.triage.types import Signal
from tests.cast import Cast
from tests.engine import Scripted, distressed, work
from tests.escalations.bodies import dispute
from tests.escalations.cases import queued, received
from tests.robot import Robot


def tree(*nodes: tuple[str, str, Any, str, str]) -> dict[str, Any]:
    """Questions numbered from 1: (ask, op, value, yes, no)."""
    names = ("ask", "op", "value", "yes", "no")
    rows = [{"id": str(n), **dict(zip(names, node, strict=True))} for n, node in enumerate(nodes, 1)]
    return {"schema": SCHEMA, "nodes": rows}


def judged(cast: Cast, **engine: Any) -> Case:
    case = queued(cast, engine=Scripted(**{"category": "billing_dispute", "confidence": 0.6, **engine}))
    return Case.objects.select_related("queue", "routing", "overseer").get(pk=case.pk)


def went(case: Case) -> str:
    assert case.queue is not None
    return case.queue.slug


def path(case: Case) -> list[tuple[str, str, str]]:
    assert case.routing is not None
    return [(step["node"], step["answer"], step["to"]) for step in case.routing.path]


@pytest.mark.parametrize(
    ("engine", "queue"),
    [
        ({"category": "duplicate_charge"}, "billing"),  # R041: billing to finance
        ({"category": "technical_fault"}, "engineering"),  # R042: technical errors to engineers
        ({"category": "regulatory_complaint", "signals": (Signal("regulatory", 0.9),)}, "compliance"),  # R043
        ({"category": "complaint_service"}, "quality"),  # R044: service quality to quality analysts
    ],
)
def test_departments_get_theirs_through_the_shipped_tree(
    cast: Cast, engine: dict[str, Any], queue: str
) -> None:
    """R041, R042, R043, R044: as policy sends them, with the tree in force."""
    case = received(cast)
    work(Scripted(confidence=0.6, **engine))
    case = Case.objects.select_related("queue", "routing").get(pk=case.pk)
    assert went(case) == queue
    assert path(case)


def test_the_path_is_stored_on_the_case_node_by_node(cast: Cast) -> None:
    """R052: with the tree's version, what each question found, and where it led."""
    case = judged(cast)
    live = DecisionTree.objects.get(client=None)
    assert case.routing is not None
    assert {(step["tree"], step["number"]) for step in case.routing.path} == {(live.pk, live.number)}
    assert path(case) == [("1", "no", "node:2"), ("2", "no", "node:3"), ("3", "no", "policy")]
    assert case.routing.path[2]["asked"] == "Severity is this or graver: 1"
    assert case.routing.path[2]["found"] == str(case.severity)


def test_the_nearest_tree_holds(cast: Cast) -> None:
    """R052: of the client's type, else of the client, else everybody's."""
    everywhere = tree(("severity", "at_least", 1, "queue:quality", "policy"))
    here = tree(("severity", "at_least", 1, "queue:engineering", "policy"))
    of_type = tree(("severity", "at_least", 1, "queue:supervisors", "policy"))
    publish_tree(document=everywhere, actor=cast.adam)
    assert went(judged(cast)) == "quality"
    own = publish_tree(document=here, actor=cast.adam, client=cast.acme)
    assert went(judged(cast)) == "engineering"
    typed = cast.case_type("billing_dispute")
    publish_tree(document=of_type, actor=cast.adam, client=cast.acme, case_type=typed)
    assert went(judged(cast)) == "supervisors"
    assert went(queued(cast, "birch-bot")) == "quality"
    retire_tree(tree=own, actor=cast.adam)
    assert went(judged(cast)) == "supervisors"


@pytest.mark.parametrize(("severity", "tier"), [(1, 3), (2, 2), (3, 1), (4, 1)])
def test_severity_and_type_choose_the_entry_tier(cast: Cast, severity: int, tier: int) -> None:
    """R050: from a tree that an admin edits."""
    document = tree(
        ("type", "is", "billing_dispute", "node:2", "policy"),
        ("severity", "at_most", 1, "queue:sme", "node:3"),
        ("severity", "at_most", 2, "queue:supervisors", "queue:billing"),
    )
    publish_tree(document=document, actor=cast.adam, client=cast.acme)
    heard = distressed(category="billing_dispute", confidence=0.6)
    plain = Scripted(category="billing_dispute", confidence=0.6, risk=0.8 if severity == 2 else 0.1)
    case = queued(cast, engine=heard if severity == 1 else plain)
    assert (case.severity, case.tier) == (min(severity, 3), tier)


def test_a_tree_raises_and_never_lowers(cast: Cast) -> None:
    """R050, R033, R043: below policy's tier its answer is not taken, and the path says so."""
    publish_tree(document=tree(("severity", "at_least", 1, "queue:frontline", "policy")), actor=cast.adam)
    case = judged(cast, category="regulatory_complaint", signals=(Signal("regulatory", 0.9),))
    assert (went(case), case.tier) == ("compliance", 3)
    assert path(case) == [("1", "yes", "queue:frontline"), ("floor", "no", "queue:compliance")]
    hard = judged(cast, distress=0.95, signals=(Signal("distress", 0.95),))
    assert (hard.severity, hard.tier, went(hard)) == (1, 2, "supervisors")
    assert ReasonCode.DISTRESS in hard.reason_codes


def test_a_tree_opens_nothing_that_is_kept_for_senior_staff(cast: Cast) -> None:
    """R013, R036."""
    publish_tree(document=tree(("severity", "at_least", 1, "queue:quality", "policy")), actor=cast.adam)
    case = judged(cast, signals=(Signal("sensitive", 0.9),))
    assert case.senior_only


def test_an_amount_above_the_tiers_authority_goes_higher(cast: Cast) -> None:
    """R058: authority is the tier's; who may settle less does not get it."""
    TierRule.objects.filter(client=None, number=1).update(authority=100)
    body = dispute()
    body["fields"] = [{**one, "source": None} if one["name"] == "amount" else one for one in body["fields"]]
    small, large = judged(cast), Case.objects.select_related("queue", "routing")
    TierRule.objects.filter(client=None, number=2).update(authority=110)
    case = large.get(pk=queued(cast, **{**body, "external_id": "dear"}).pk)
    assert (small.tier, small.routing is not None) == (2, True)
    assert case.tier == 3
    assert path(case)[-1] == ("authority", "yes", "queue:billing")


def test_an_outage_starts_at_the_frontline_and_is_the_engineers_when_it_stays(cast: Cast) -> None:
    """R051, R048: the tree says who comes next."""
    document = outage_tree()
    publish_tree(
        document=document, actor=cast.adam, client=cast.acme, case_type=cast.case_type("billing_dispute")
    )
    case = judged(cast, category="technical_fault")
    assert (went(case), case.tier) == ("frontline", 1)
    raise_cases(because={case.pk: "tier_dwell"})
    case = Case.objects.select_related("queue").get(pk=case.pk)
    assert (went(case), case.tier) == ("engineering", 2)


def test_a_case_of_several_departments_goes_to_an_expert_and_opens_a_part_for_each(cast: Cast) -> None:
    """R049; R045: a supervisor oversees it though an expert works it."""
    case = judged(cast, intents=("billing_dispute", "technical_fault"))
    assert (went(case), case.tier) == ("sme", 3)
    parts = list(SubTask.objects.filter(case=case).order_by("pk"))
    assert [(part.department, part.queue.slug, part.state) for part in parts] == [
        ("billing", "billing", "open"),
        ("engineering", "engineering", "open"),
    ]
    assert case.subtasks_open == 2
    assert (case.oversee, case.overseer) == (True, cast.sunny)
    assert Event.objects.filter(stream=case.pk, kind=EventKind.SUBTASK_OPENED).count() == 2


def test_work_of_several_steps_is_overseen_by_the_supervisor(cast: Cast) -> None:
    """R045: overseer even if the SME works it."""
    intents = ("billing_dispute", "duplicate_charge", "refund_request")
    case = judged(cast, intents=intents)
    assert ReasonCode.MULTI_STEP in case.reason_codes
    assert (went(case), case.overseer) == ("sme", cast.sunny)
    assert not SubTask.objects.filter(case=case).exists()


def test_a_case_judged_again_opens_no_part_twice(cast: Cast, robot: Robot) -> None:
    """R049: a new message that names a third department adds that one."""
    case = judged(cast, intents=("billing_dispute", "technical_fault"))
    robot.say(case.pk, "And where is my parcel?")
    work(Scripted(category="billing_dispute", confidence=0.6,
                  intents=("billing_dispute", "technical_fault", "delivery_delay")))  # fmt: skip
    case.refresh_from_db()
    assert sorted(SubTask.objects.filter(case=case).values_list("department", flat=True)) == [
        "billing", "engineering", "operations",
    ]  # fmt: skip
    assert case.subtasks_open == 3


def test_a_tree_with_a_loop_is_never_published(cast: Cast) -> None:
    """R052."""
    looped = tree(("severity", "is", 1, "node:2", "policy"), ("severity", "is", 2, "node:1", "queue:sme"))
    with pytest.raises(Invalid) as told:
        publish_tree(document=looped, actor=cast.adam)
    assert "round for ever" in str(told.value.extra["problems"][0])
    assert DecisionTree.objects.count() == 1


def test_the_second_of_two_admins_is_told(cast: Cast) -> None:
    other = tree(("severity", "at_most", 1, "queue:sme", "policy"))
    publish_tree(document=other, actor=cast.adam, based_on=1)
    with pytest.raises(Conflict, match="meanwhile"):
        publish_tree(document=default_tree(), actor=cast.adam, based_on=1)


def test_who_may_not_edit_trees_publishes_none(cast: Cast) -> None:
    for nobody in (cast.fay, cast.audrey, cast.stan):
        with pytest.raises(NotAllowed):
            publish_tree(document=default_tree(), actor=nobody)
    theirs = cast.case_type("faq_chat", client="birch")
    with pytest.raises(Invalid, match="another client"):
        publish_tree(document=default_tree(), actor=cast.adam, client=cast.acme, case_type=theirs)
