"""A policy that lets other cases through makes another promise: what was certified before it ends (R002, R090)."""

from typing import Any

import pytest

from accounts.models import Event
from escalations.models import Case, CaseType, Certificate, Job, PolicyVersion, Watch
from escalations.policy.candidates import settling_part
from escalations.policy.default import default_data
from escalations.policy.edits import with_parts, with_row
from escalations.selectors import candidates
from escalations.services.certifying import running_proof
from escalations.services.policies import publish_policy
from escalations.services.watching_audits import watch_promises
from tests.autonomy.audits import past
from tests.cast import Cast
from tests.certified import certify_types
from tests.engine import Scripted, work
from tests.escalations.bodies import handoff
from tests.escalations.cases import received, settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def faq(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> CaseType:
    """With three cases that the AI settled: here, that says enough."""
    monkeypatch.setattr(candidates, "LEAST", 3)
    for _ in range(3):
        settled(cast)
    return cast.case_type("faq_chat")


def live(**numbers: float) -> PolicyVersion:
    """The shipped policy with other numbers, in force."""
    document = default_data()
    return publish_policy(
        document=with_parts(document, {"numbers": document["numbers"] | numbers}), actor=None
    )


def judged(cast: Cast, policy: str, **engine: Any) -> Case:
    """A case of an agent that works under that version, after its triage."""
    case = received(cast, handoff=handoff(policy_version=policy))
    work(Scripted(**engine))
    return Case.objects.get(pk=case.pk)


def standing(kind: CaseType) -> bool:
    return Certificate.objects.filter(case_type=kind, ended_at=None).exists()


def told() -> dict[str, Any]:
    data: dict[str, Any] = Event.objects.filter(kind="policy.published").latest("seq").data
    found: dict[str, Any] = data.get("certificates", {})
    return found


def test_a_policy_that_takes_cases_from_the_ai_ends_what_was_certified(cast: Cast, faq: CaseType) -> None:
    """R002: the cases left are not those that were audited. The trail has how many changed."""
    past(faq, at=Case.objects.latest("created_at").created_at)
    proof, _ = running_proof(faq, Case.objects.latest("created_at").created_at)
    assert proof is not None
    watch_promises()
    live(complexity_limit=0.05)
    ended = Certificate.objects.get(case_type=faq)
    assert (ended.why_ended, ended.get_why_ended_display()) == (
        "policy",
        "Another policy lets other cases through",
    )
    event = Event.objects.filter(kind="certificate.ended", data__type=faq.pk).get()
    assert event.data["figures"] == {"cases": 3, "entered": 0, "left": 3, "rescored": 0}
    assert faq.pk in told()["ended"]
    proof.refresh_from_db()
    assert proof.ended_at is not None
    assert not Watch.objects.filter(case_type=faq, detector="promise").exists()


def test_a_policy_that_gives_the_ai_more_cases_ends_it_too(cast: Cast, faq: CaseType) -> None:
    live(complexity_limit=0.05)
    certify_types(faq)
    live(complexity_limit=0.8)
    event = Event.objects.filter(kind="certificate.ended", data__type=faq.pk).latest("seq")
    assert event.data["figures"]["entered"] == 3
    assert not standing(faq)


def test_a_policy_under_which_the_same_cases_stay_the_ais_leaves_it(cast: Cast, faq: CaseType) -> None:
    """Shown on the type's newest cases, and kept in the trail; a type of which too little is known is not spared."""
    live(credit_limit=60.0)
    assert standing(faq)
    assert told()["kept"] == [faq.pk]
    assert cast.case_type("order_status").pk in told()["ended"]
    assert judged(cast, "2").state == "auto_resolved"


def test_too_few_cases_show_nothing(cast: Cast, faq: CaseType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "LEAST", 4)
    live(credit_limit=60.0)
    assert not standing(faq)


def test_words_queues_and_times_have_no_say(cast: Cast, faq: CaseType) -> None:
    document = default_data()
    row = {"_id": "old-policy", "_description": "Worked under another policy"}
    changed = with_parts(
        with_row(document, "reasons", row),
        {"title": "Another", "sla_minutes": document["sla_minutes"] | {"4": 1500}},
    )
    assert settling_part(document) == settling_part(changed)
    publish_policy(document=changed, actor=None)
    assert Certificate.objects.filter(ended_at=None).count() == Certificate.objects.count()
    assert told() == {}


def test_no_threshold_of_a_document_goes_below_what_is_certified(cast: Cast, faq: CaseType) -> None:
    """R002: the stricter of both holds. The case goes to a person at once, not after a refusal of the database."""
    publish_policy(document=with_parts(default_data(), {"thresholds": {"acme/faq_chat": 0.5}}), actor=None)
    certified = Certificate.objects.get(case_type=faq, ended_at=None).threshold
    case = judged(cast, "2", confidence=certified - 0.01)
    assert (case.state, case.threshold) == ("queued", certified)
    assert not Job.objects.filter(case=case, kind="triage", state__in=["ready", "dead"]).exists()
    assert judged(cast, "2", confidence=certified).state == "auto_resolved"
