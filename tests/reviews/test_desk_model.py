"""Any sequence of claims, heartbeats, run-out leases, decisions and undos, against a model that is a dictionary."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Now
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import Event, User
from escalations.errors import Conflict, DomainError, NotAllowed, NotVisible, Stale
from escalations.models import Case, Decision
from reviews.services.claim import claim_case, claim_next, take_over
from reviews.services.lease import heartbeat, release_case
from reviews.services.sweep import expire_leases, wake_cases
from reviews.services.undo import undo_decision
from tests.cast import Cast
from tests.escalations.cases import accountable_for
from tests.reviews.deciding import decide
from tests.reviews.makers import waiting

MOST = 2
TIERS = {"fay": 1, "finn": 1, "ella": 3}
people, places = st.sampled_from(sorted(TIERS)), st.integers(0, 3)


@dataclass
class Model:
    """What a case should be."""

    case: Case
    rank: int
    state: str = "queued"
    holder: str = ""
    token: int = 0
    tier: int = 1
    versions: int = 3
    pending: list[tuple[Any, str, int, int]] = field(
        default_factory=list
    )  # decision, by, its token, tier before
    told: int = 0  # lines of its trail when who answers for it was last asked

    def to(self, state: str, holder: str = "") -> None:
        """One move: one version, one event; a claim raises the token."""
        self.state, self.holder, self.versions = state, holder, self.versions + 1
        self.token += state == "claimed"


class Desk(RuleBasedStateMachine):
    """Four cases, three people; every rule does the same to the desk and to the model."""

    def __init__(self) -> None:
        super().__init__()
        self.undone_by_rollback = transaction.atomic()
        self.undone_by_rollback.__enter__()
        cast = Cast()
        kind = cast.case_type("billing_dispute")
        self.users: dict[str, User] = {name: cast.person(name) for name in TIERS}
        made = [waiting(kind, cast.acme_bot, severity=n + 1, fields=()) for n in range(4)]
        self.models = [Model(case, rank) for rank, case in enumerate(made)]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone_by_rollback.__exit__(None, None, None)

    def held(self, name: str) -> int:
        return sum(model.holder == name for model in self.models)

    def now(self, model: Model) -> Case:
        """The case as that person's screen shows it."""
        return Case.objects.select_related("queue", "client", "case_type").get(pk=model.case.pk)

    @rule(name=people)
    def claims_the_next(self, name: str) -> None:
        free = [m for m in self.models if m.state == "queued" and m.tier <= TIERS[name]]
        if self.held(name) >= MOST and not self._refused(
            lambda: claim_next(actor=self.users[name]), Conflict
        ):
            raise AssertionError("over the limit")
        if self.held(name) >= MOST:
            return
        got = claim_next(actor=self.users[name])
        assert (got.pk if got else None) == (free[0].case.pk if free else None)
        if free:
            free[0].to("claimed", name)

    @rule(name=people, at=places)
    def claims_this(self, name: str, at: int) -> None:
        model = self.models[at]
        mine = model.holder == name
        may = model.tier <= TIERS[name]
        free = model.state == "queued" and self.held(name) < MOST

        def claim() -> object:
            return claim_case(case=self.now(model), actor=self.users[name])

        if may and (mine or free):
            claim()
            if not mine:
                model.to("claimed", name)
        else:
            assert self._refused(claim, NotAllowed, Conflict)

    @rule(name=people, at=places, late=st.booleans())
    def beats(self, name: str, at: int, late: bool) -> None:
        model = self.models[at]
        token = model.token - late
        if model.holder == name and not late:
            heartbeat(ref=model.case.ref, actor=self.users[name], token=token)
        else:
            ref = model.case.ref
            assert self._refused(lambda: heartbeat(ref=ref, actor=self.users[name], token=token), Stale)

    @rule(at=places)
    def lease_runs_out(self, at: int) -> None:
        model = self.models[at]
        Case.objects.filter(pk=model.case.pk, state="claimed").update(
            lease_until=Now() - timedelta(seconds=1)
        )
        assert expire_leases() == (model.state == "claimed")
        if model.state == "claimed":
            model.to("queued")

    @rule(name=people, at=places)
    def gives_back(self, name: str, at: int) -> None:
        model = self.models[at]
        if model.holder == name:
            release_case(case=self.now(model), actor=self.users[name])
            model.to("queued")
        else:
            assert self._refused(lambda: release_case(case=self.now(model), actor=self.users[name]), Stale)

    @rule(
        name=people, at=places, verb=st.sampled_from(["approve", "escalate", "snooze"]), stale=st.booleans()
    )
    def decides(self, name: str, at: int, verb: str, stale: bool) -> None:
        model = self.models[at]
        case = self.now(model)
        case.claim_token -= stale
        given: dict[str, Any] = {"verb": verb, "disposition": "answered", "reason": "risk"}
        if model.holder != name or stale:
            assert self._refused(
                lambda: decide(case, self.users[name], **given), Stale, NotVisible, NotAllowed
            )
            return
        done = decide(case, self.users[name], **given)
        model.pending.append((done.id, name, model.token, model.tier))
        model.to({"approve": "resolved", "escalate": "queued", "snooze": "snoozed"}[verb])
        if verb == "escalate":
            model.tier = min(model.tier + 1, 3)

    @rule(name=people, at=places)
    def takes_it_back(self, name: str, at: int) -> None:
        model = self.models[at]
        if not model.pending:
            return
        decision, by, token, tier = model.pending[-1]
        if by == name and token == model.token and model.state != "claimed":
            undo_decision(decision_id=decision, actor=self.users[name])
            model.pending.pop()
            model.to("claimed", name)
            model.tier = tier
        else:
            assert self._refused(
                lambda: undo_decision(decision_id=decision, actor=self.users[name]), Stale, NotVisible
            )

    @rule(at=places)
    def snooze_ends(self, at: int) -> None:
        model = self.models[at]
        Case.objects.filter(pk=model.case.pk, state="snoozed").update(wake_at=Now())
        wake_cases()
        if model.state == "snoozed":
            model.to("queued")

    @rule(at=places)
    def somebody_without_the_right_takes_over(self, at: int) -> None:
        case = self.now(self.models[at])
        assert self._refused(lambda: take_over(case=case, actor=self.users["fay"]), NotAllowed)

    @invariant()
    def the_desk_is_what_the_model_says(self) -> None:
        rows = {c.pk: c for c in Case.objects.select_related("holder", "queue__owner", "agent__owner")}
        told = Event.objects.filter(stream__in=rows).values("stream")
        case_lines = Count("pk", filter=Q(kind__startswith="case."))  # clocks tell their own
        lines = {row["stream"]: row for row in told.annotate(all=Count("pk"), of_the_case=case_lines)}
        pending = Counter(Decision.objects.filter(standing="pending").values_list("case_id", flat=True))
        for model in self.models:
            row, trail = rows[model.case.pk], lines[model.case.pk]
            holder = row.holder.email.partition("@")[0] if row.holder else ""
            seen = (row.state, holder, row.claim_token, row.tier, row.version)
            assert seen == (model.state, model.holder, model.token, model.tier, model.versions)
            assert trail["of_the_case"] == row.version
            assert pending[row.pk] == len(model.pending)
            if model.told != trail["all"]:  # whoever answered without a new line still does
                model.told = trail["all"]
                assert accountable_for(row).is_active  # R012: exactly one person answers for it

    @invariant()
    def nobody_holds_too_many(self) -> None:
        undone = Decision.objects.filter(
            standing="undone"
        ).count()  # undo may bring one more than a claim could
        assert all(self.held(name) <= MOST + undone for name in TIERS)

    @staticmethod
    def _refused(act: Any, *kinds: type[DomainError]) -> bool:
        try:
            with transaction.atomic():
                act()
        except kinds:
            return True
        return False


@pytest.mark.django_db
def test_the_desk_behaves_like_a_dictionary(settings: LazySettings) -> None:
    """R012, R081, P3, P4: random sequences, invariants after each step."""
    settings.HANDRAIL_MAX_CLAIMS = MOST
    run_state_machine_as_test(Desk, settings=BUDGET)


BUDGET = settings(
    max_examples=15, stateful_step_count=25, deadline=None, derandomize=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
