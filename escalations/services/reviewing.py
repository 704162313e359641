"""Rules that come up for review by themselves: what they send to people keeps coming back, or leaves customers less
content than before (R114).

A rule is a row of the table of reasons. Its repeats are escalations of the same customer and case type, or of the same
case, within two weeks of an earlier one by the same rule. Customers are discontent who gave one or two of five. A
review opens when the share of either has risen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.models import User
from escalations.autonomy.bounds import lower, upper
from escalations.choices import AlertKind, Severity
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import PolicyVersion, RuleReview
from escalations.permissions import may_everywhere
from escalations.policy import jdm
from escalations.selectors.releases import TOUCHES, approvals_of
from escalations.services.alerting import end_alerts, raise_alert

LATELY = timedelta(days=7)
BEFORE = timedelta(days=28)
AGAIN = timedelta(days=14)
LOW = 2  # of five: discontent
LEAST = 20  # escalations on either side, below which nothing is said
RISE = 0.05  # by so much the share must have risen
DOUBT = 0.05  # either bound may be wrong with this probability

REPEATS = """
WITH sent AS (
  SELECT r.created_at, rule,
         lag(r.created_at) OVER (
           PARTITION BY rule, c.case_type_id, coalesce(c.customer ->> 'id', c.id::text) ORDER BY r.created_at, r.id
         ) AS earlier
  FROM escalations_routing r JOIN escalations_case c ON c.id = r.case_id,
       jsonb_array_elements_text(r.outcome #> '{trace,matched,reasons}') rule
  WHERE r.created_at > statement_timestamp() - %(all)s::interval AND NOT r.settle
)
SELECT rule,
  count(*) FILTER (WHERE created_at > statement_timestamp() - %(lately)s::interval),
  count(*) FILTER (WHERE created_at > statement_timestamp() - %(lately)s::interval AND again),
  count(*) FILTER (WHERE created_at <= statement_timestamp() - %(lately)s::interval),
  count(*) FILTER (WHERE created_at <= statement_timestamp() - %(lately)s::interval AND again)
FROM (SELECT *, earlier > created_at - %(again)s::interval AS again FROM sent
      WHERE created_at > statement_timestamp() - %(counted)s::interval) counted GROUP BY rule
"""

DISCONTENT = """
WITH said AS (
  SELECT DISTINCT ON (f.case_id) f.at, f.score <= %(low)s AS low, r.outcome FROM escalations_feedback f
  JOIN escalations_case c ON c.id = f.case_id JOIN escalations_routing r ON r.id = c.routing_id
  WHERE f.at > statement_timestamp() - %(counted)s::interval AND NOT r.settle
  ORDER BY f.case_id, f.at DESC, f.id DESC
)
SELECT rule,
  count(*) FILTER (WHERE at > statement_timestamp() - %(lately)s::interval),
  count(*) FILTER (WHERE at > statement_timestamp() - %(lately)s::interval AND low),
  count(*) FILTER (WHERE at <= statement_timestamp() - %(lately)s::interval),
  count(*) FILTER (WHERE at <= statement_timestamp() - %(lately)s::interval AND low)
FROM said, jsonb_array_elements_text(outcome #> '{trace,matched,reasons}') rule GROUP BY rule
"""
"""Of each rule, by the last word of each case's customer."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How much of what a rule sent to people went wrong, lately and before: parts of wholes."""

    row: str
    lately: tuple[int, int]
    before: tuple[int, int]

    @property
    def risen(self) -> bool:
        """Has the share risen beyond the limit, and beyond chance? Its lower bound lies above the former upper one."""
        (bad, n), (bad_before, n_before) = self.lately, self.before
        if min(n, n_before) < LEAST or bad / n - bad_before / n_before < RISE:
            return False
        return lower(bad, n, DOUBT) > upper(bad_before, n_before, DOUBT)


def review_rules() -> int:
    """Look at every rule's repeats and at what customers said; how many reviews were opened."""
    measures = {RuleReview.Measure.REPEATS: repeats, RuleReview.Measure.SATISFACTION: discontent}
    return sum(open_reviews(measure, count()) for measure, count in measures.items())


def repeats() -> list[Counted]:
    """Every rule's escalations and repeats in the last week, and in the four before it."""
    return _counts(REPEATS, {"again": AGAIN, "all": LATELY + BEFORE + AGAIN})


def discontent() -> list[Counted]:
    """How many customers spoke of what each rule sent to people, and how many of them were discontent, in the last week
    and in the four before it (R099).
    """
    return _counts(DISCONTENT, {"low": LOW})


def _counts(sql: str, params: Mapping[str, Any]) -> list[Counted]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '60s'")
        values: dict[str, Any] = {"lately": LATELY, "counted": LATELY + BEFORE, **params}
        cursor.execute(sql, values)
        return [Counted(row, (bad, n), (was, of)) for row, n, bad, of, was in cursor.fetchall()]


def open_reviews(measure: str, counts: Iterable[Counted]) -> int:
    """Open a review of each rule whose share has risen and that has none open; tell whoever answers for it."""
    live = PolicyVersion.objects.get(live_from__isnull=False, superseded_at__isnull=True)
    known = {row.id for row in jdm.rows(live.document["tables"]["reasons"])}
    return sum(_open(measure, one, live) for one in counts if one.row in known and one.risen)


def close_review(*, review: RuleReview, actor: User, finding: str) -> None:
    """End a review with what was found: the rule is right, or a draft changes it. Conflict when it is closed."""
    if not may_everywhere(actor, *TOUCHES):
        raise NotAllowed("You do not answer for policy.")
    said = " ".join(finding.replace("\x00", "").split())[:300]
    if not said:
        raise Invalid("Say what you found.", {"finding": "Say what you found."})
    with transaction.atomic():
        open_ = RuleReview.objects.filter(pk=review.pk, closed_at=None)
        if not open_.update(closed_at=Now(), closed_by=actor, finding=said):
            raise Conflict("Somebody has closed it already.")
        _tell(review, actor, "closed")
        end_alerts(AlertKind.RULE_REVIEW, [_key(review)], because="closed", actor=actor)


def _open(measure: str, counted: Counted, live: PolicyVersion) -> bool:
    figures = {"lately": list(counted.lately), "before": list(counted.before), "days": LATELY.days}
    try:
        with transaction.atomic():
            review = RuleReview.objects.create(
                row=counted.row, measure=measure, version=live, figures=figures
            )
            _tell(review, None, "opened")
            answer = tuple({approval.by_id for approval in approvals_of(live)})
            raise_alert(
                AlertKind.RULE_REVIEW, _key(review), severity=Severity.NORMAL, to=answer,
                data={"ref": counted.row, "measure": measure, "bad": counted.lately[0], "of": counted.lately[1],
                      "days": LATELY.days},
            )  # fmt: skip
    except IntegrityError:  # one is open
        return False
    return True


def _tell(review: RuleReview, actor: Actor, step: str) -> None:
    record(
        stream_of("rule", review.row), kind=EventKind.RULE_REVIEWED, actor=actor, row=review.row,
        measure=review.measure, step=step, figures=review.figures, review=review.pk,
    )  # fmt: skip


def _key(review: RuleReview) -> str:
    return f"{review.measure}:{review.row}"
