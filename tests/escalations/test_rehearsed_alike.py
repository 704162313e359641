"""What a rehearsal counts in bulk is what deciding each case again, one by one and in full, comes to (R011)."""

import json
from typing import Any
from uuid import UUID

import pytest

from escalations.models import Rehearsal
from escalations.policy.default import default_data
from escalations.policy.document import PolicyDocument, load
from escalations.policy.replay import replay
from escalations.policy.types import Outcome
from escalations.rehearsal import Path, Sums, verdict
from escalations.selectors.pasts import Desk, PastCase, pasts
from escalations.selectors.policy import document_of
from escalations.services.entering import entry_of, told
from tests.cast import Cast
from tests.engine import distressed, down, make_due, work
from tests.escalations.bodies import handoff
from tests.escalations.cases import queued, received
from tests.escalations.releases import drafted, rehearsed
from tests.escalations.test_rehearsing import sure_and_unsure

pytestmark = pytest.mark.django_db
EVERYTHING = UUID(int=0), UUID(int=2**128 - 1)


def drafts() -> list[dict[str, Any]]:
    """One that changes numbers and what follows from a severity and a tier, one that changes rows and words."""
    numbers, rows = default_data(), default_data()
    numbers["numbers"] |= {"high_impact_amount": 50.0, "distress_limit": 0.2, "complexity_limit": 0.01}
    numbers["thresholds"] = {"*/faq_chat": 0.98}
    numbers["ladder"] = {**numbers["ladder"], "1": "billing"}
    numbers["sla_minutes"] = dict.fromkeys(numbers["sla_minutes"], 1)
    del rows["tables"]["reasons"]["nodes"][1]["content"]["rules"][6:11]
    rows["tables"]["queues"]["nodes"][1]["content"]["rules"].reverse()
    rows["topics"] = dict.fromkeys(rows["topics"], "shipment")
    return [numbers, rows]


def one_by_one(made: Rehearsal) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """(sums, moves) of replaying every case under both policies, whatever is known of the old one."""
    base, draft = document_of(made.base), load(made.digest, made.document)
    sums, moves = Sums(), []
    for case in pasts(made, *EVERYTHING, Desk()):
        old, new = (replay(case.facts, case.result, one) for one in (base, draft))
        before, after = path_of(case, old, base), path_of(case, new, draft)
        rows = {"old": rows_of(old), "new": rows_of(new)}
        kind = sums.add(before, after, case.past, rows)  # type: ignore[arg-type]
        moves += [(case.id, kind, before.stored(), after.stored(), verdict(case.past))] if kind else []
    return json.loads(json.dumps(sums.stored())), moves


def path_of(case: PastCase, outcome: Outcome, document: PolicyDocument) -> Path:
    queue, tier = outcome.queue, outcome.tier
    if not outcome.settle:
        entry = entry_of(case.seen_as, told(outcome), document, case.result or {}, case.ways)
        queue, tier = entry.queue.slug, entry.tier
    codes = tuple(dict.fromkeys(reason.code for reason in outcome.reasons))
    return Path(outcome.settle, queue, tier, outcome.severity, outcome.sla_minutes, codes)


def rows_of(outcome: Outcome) -> list[str]:
    return [f"{table}:{row}" for table, rows in outcome.trace["matched"].items() for row in rows]


def test_every_figure_and_every_move_is_what_one_by_one_gives(cast: Cast) -> None:
    """R011: two drafts over cases of every kind; nothing is taken from what was kept of the base's outcomes."""
    sure_and_unsure(cast)
    queued(cast, handoff=handoff(), external_id="handed over")
    received(cast, external_id="upset")
    work(distressed())
    late = received(cast, external_id="late")
    work(down())
    make_due(late, "triage_deadline")
    work(down())
    moved = 0
    for document in drafts():
        made = rehearsed(cast, drafted(cast, document))
        figures, moves = one_by_one(made)
        assert {name: made.results[name] for name in figures} == figures
        rows = made.moves.order_by("case_id")
        assert list(rows.values_list("case_id", "kind", "old", "new", "outcome")) == moves
        moved += len(moves)
    assert moved > 2
