"""The audits of the past: a draw of 100 %, read by two people, settled by a third where they differ."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import models

from accounts.ledger import new_salt
from accounts.models import User
from config.demo.past.judged import Answered
from config.demo.past.readers import Read, readings
from escalations.auditing import NO_ACTION, week_around
from escalations.autonomy.draw import draw, selected
from escalations.choices import AuditRole, AuditState, DrawArm, Verdict
from escalations.models import (
    AuditAnswer,
    AuditDraw,
    AuditItem,
    AuditPeriod,
    BlindLabel,
    CaseType,
    PolicyVersion,
)
from escalations.services.auditing import DOUBLE, commit_period, seed_of

READERS = ("lucas@handrail.test", "amina@handrail.test")
ADJUDICATORS = ("priya@handrail.test", "kofi@handrail.test")
AFTER = {AuditRole.FIRST: 18, AuditRole.SECOND: 22, AuditRole.ADJUDICATOR: 25}
"""Hours after the draw."""


class Audits:
    """The audits of one type. Everything was audited: a draw of 100 %, whose seed could favour nobody."""

    def __init__(
        self, kind: CaseType, model: str, policy: PolicyVersion, people: Mapping[str, User], dice: Random
    ) -> None:
        self.kind, self.model, self.policy, self.people, self.dice = kind, model, policy, people, dice
        self.weeks: dict[date, tuple[AuditPeriod, bytes]] = {}

    def of(
        self, one: Answered, case: UUID, decision: UUID, number: int, at: datetime, hands: Sequence[User]
    ) -> tuple[list[models.Model], ...]:
        """(draw, item, answers, label) of a case that was closed at `at` after the `hands` of these people."""
        period, seed = self._week(at)
        drawn = draw(seed, str(case), 1.0)
        row = AuditDraw(
            id=number, case_id=case, decision_id=decision, period=period, case_type=self.kind, arm=DrawArm.CANDIDATE,
            score=one.score, rate=1.0, probability=drawn.probability, uniform=drawn.uniform, model_version=self.model,
            policy=self.policy, at=at,
        )  # fmt: skip
        double = selected(seed, f"double:{case}", DOUBLE)
        read = readings(one, double=double, dice=self.dice)
        done = at + timedelta(hours=AFTER[read[-1].role])
        item = AuditItem(
            draw_id=number, case_id=case, case_type=self.kind, state=AuditState.DONE, double=double,
            verdict=Verdict.WRONG if one.wrong else Verdict.RIGHT, created_at=at, done_at=done,
        )  # fmt: skip
        label = BlindLabel(
            item_id=item.pk, case_type=self.kind, score=one.score, wrong=one.wrong, probability=drawn.probability,
            model_version=self.model, policy=self.policy, settled=False, at=done,
        )  # fmt: skip
        return [row], [item], list(self._answers(one, item, read, at, hands)), [label]

    def _answers(
        self, one: Answered, item: AuditItem, read: Sequence[Read], at: datetime, hands: Sequence[User]
    ) -> list[models.Model]:
        readers = self.dice.sample(READERS, k=2)
        third = next(email for email in ADJUDICATORS if self.people[email] not in hands)
        rows: list[models.Model] = []
        for given, email in zip(read, (*readers, third), strict=False):
            said: dict[str, Any] = {
                "action": one.view.proposed_action or NO_ACTION,
                "disposition": self.kind.dispositions[0]["code"],
                "note": "Settled by the customer's own words." if given.role == AuditRole.ADJUDICATOR else "",
                "differs_in": [] if given.agrees else ["category"],
            }
            rows.append(
                AuditAnswer(
                    item_id=item.pk,
                    role=given.role,
                    user=self.people[email],
                    category=given.category,
                    agrees=given.agrees,
                    salt=new_salt(),
                    at=at + timedelta(hours=AFTER[given.role]),
                    **said,
                )
            )
        return rows

    def _week(self, at: datetime) -> tuple[AuditPeriod, bytes]:
        monday = week_around(at, self.kind.client.timezone)[0]
        if monday not in self.weeks:
            period = commit_period(self.kind.client, at)
            seed = seed_of(period)
            if seed is None:
                raise RuntimeError("the seed of a week of the demo's past cannot be opened")
            self.weeks[monday] = period, seed
        return self.weeks[monday]
