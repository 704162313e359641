"""Made-up traffic sent through the services: posted, judged, settled or decided, closed, drawn and read blind."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.choices import RoleSlug
from accounts.models import AIAgent, User
from accounts.services.roles import give_grant
from escalations.choices import CaseState, Verb
from escalations.models import (
    AuditItem,
    AuditPlan,
    Breaker,
    Case,
    CaseType,
    Decision,
    Promise,
    Trip,
    Watch,
)
from escalations.services.intake import receive_case
from escalations.services.watching_audits import watch_promises
from escalations.services.watching_drift import LAG, watch_drift
from reviews.services.audits import Reading, answer_item, take_next
from tests.autonomy.rows import write_rows
from tests.cast import Cast
from tests.certified import certify_types
from tests.engine import Scripted, work
from tests.escalations.autonomy.traffic import CATEGORIES, FIELDS, SETTLED, Arrival
from tests.escalations.bodies import faq, handoff
from tests.escalations.people import claim, decide

ANSWER = "answer_customer"
PROMISED = 0.04
"""Of what is settled at SETTLED and above 3.5 % are wrong in the stable world."""
ELSE = {one: CATEGORIES[n - 1] for n, one in enumerate(CATEGORIES)}
"""What a reader says of a case that the AI got wrong."""


@dataclass
class Stream:
    """The traffic of one autonomous case type of Acme's, which the AI may settle from SETTLED on. `said` is the version
    of policy that its agent says it works under.
    """

    cast: Cast
    kind: CaseType
    said: str = "1"
    sent: int = 0
    agent: AIAgent = field(init=False)
    person: User = field(init=False)
    readers: tuple[User, User] = field(init=False)

    def __post_init__(self) -> None:
        self.agent, self.person = self.cast.acme_bot, self.cast.finn
        self.readers = (self.cast.quinn, _second_reader())

    def usual(self, earlier: list[Arrival]) -> None:
        """Weeks of such traffic lie behind, and the watch has taken note of what is usual."""
        every = timedelta(days=19) / len(earlier)
        since = timezone.now() - timedelta(days=20)
        write_rows(self.kind, self.agent, self.person, earlier, since=since, every=every)
        self.begin(audited=None)

    def begin(self, *, audited: float | None) -> None:
        """The watch takes note of what is usual anew; from now on this share of what is settled is audited."""
        if audited is not None:
            AuditPlan.objects.filter(case_type=self.kind).update(rate=audited, learning_rate=audited)
        Watch.objects.filter(case_type=self.kind).delete()
        watch_drift()
        assert Watch.objects.filter(case_type=self.kind, detector="drift").exists()

    def send(self, one: Arrival) -> Case:
        """One case, and all that becomes of it until it is final."""
        fields = [{"name": name, "value": "12", "confidence": 0.99} for name in sorted(one.fields)]
        body = faq(
            case_type=self.kind.slug, fields=fields, external_id=uuid4().hex,
            handoff=handoff(
                intent=one.category, confidence=one.score, policy_version=self.said,
                proposed={"action": ANSWER, "arguments": {}},
            ),
        )  # fmt: skip
        case = receive_case(agent=self.agent, key=uuid4().hex, body=body).case
        self.sent += 1
        work(Scripted(category=one.category, confidence=one.score))
        case.refresh_from_db()
        if case.state == CaseState.QUEUED:
            self._decided(case, one)
        self._read(case, one)
        return case

    def note(self, come: list[Arrival]) -> None:
        """Cases that come now, as the rows that are left of them: cheap, where many have to come."""
        self.sent += len(come)
        every = timedelta(milliseconds=1)
        write_rows(self.kind, self.agent, self.person, come, since=timezone.now(), every=every)

    def watch(self) -> Trip | None:
        """What the watchers make of everything that has come by now; the trip, if the AI is stopped."""
        watch_promises()
        watch_drift(now=timezone.now() + LAG + timedelta(seconds=1))
        return Breaker.objects.select_related("trip").get(case_type=self.kind).trip

    def settled(self, case: Case) -> bool:
        """Had the AI settled it?"""
        return Decision.objects.filter(case=case, verb=Verb.AUTO_RESOLVE).exists()

    def settled_after(self, trip: Trip) -> int:
        """How many decisions of the AI were recorded after it was stopped."""
        mine = Decision.objects.filter(case__case_type=self.kind, verb=Verb.AUTO_RESOLVE)
        return mine.filter(created_at__gt=trip.at).count()

    def _decided(self, case: Case, one: Arrival) -> None:
        claim(case, self.person)
        if one.wrong:
            decide(case, self.person, "override", disposition="refused", reason="facts")
        else:
            decide(case, self.person, "approve", disposition="answered")
        work()

    def _read(self, case: Case, one: Arrival) -> None:
        """Where it was drawn, it is read at once, by as many readers as it takes."""
        for reader in self.readers if AuditItem.objects.filter(case=case).exists() else ():
            item = take_next(reader)
            if item is None:
                return
            category = ELSE[one.category] if one.wrong else one.category
            values = dict.fromkeys(FIELDS, "12")
            answer_item(item_id=item.pk, actor=reader, given=Reading(category, ANSWER, "answered", values))


def autonomous(cast: Cast, slug: str, *, audited: float, **more: Any) -> CaseType:
    """A new case type of Acme's whose cases the AI settles from SETTLED on, with this share of them audited, under a
    promise that the stable world keeps.
    """
    like = cast.case_type("faq_chat")
    kind = CaseType.objects.create(
        client=like.client, slug=slug, name=slug.replace("_", " "), default_queue=like.default_queue,
        dispositions=like.dispositions, autonomy="autonomous", threshold=SETTLED, sla_minutes=10, undo_seconds=0,
        labels=list(CATEGORIES), rules={"required_fields": sorted(FIELDS)}, **more,
    )  # fmt: skip
    AuditPlan.objects.create(case_type=kind, rate=audited, learning_rate=audited)
    Promise.objects.create(case_type=kind, target=PROMISED)
    certify_types(kind, target=PROMISED)
    return CaseType.objects.select_related("client", "default_queue").get(pk=kind.pk)


def _second_reader() -> User:
    found = User.objects.filter(email="second@example.test").first()
    if found is None:
        found = User.objects.create_user(
            "second@example.test", "a-password-nobody-else-has", name="Second Reader"
        )
        give_grant(to=found, role=RoleSlug.QA, client=None, queues=(), actor=None)
    return User.objects.get(pk=found.pk)
