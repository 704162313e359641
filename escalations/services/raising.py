"""One tier up: what happens when a tier's time is over (R048, R051)."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from accounts.choices import EventKind
from escalations.choices import CaseState
from escalations.models import Case, DecisionTree, Queue, SubTask, TierRule
from escalations.selectors.tiers import next_queue, rules_for
from escalations.selectors.trees import tree_for
from escalations.services.entering import facts_on_the_way
from escalations.transitions import Moved, move_all
from escalations.trees import Step, walk

RISES_FROM = (CaseState.QUEUED, CaseState.CLAIMED, CaseState.SNOOZED)


def raise_cases(*, because: Mapping[UUID, str], actor: Actor = None) -> list[Moved]:
    """Move cases that wait or are worked one tier up, once per call, in the caller's transaction; those that moved.

    Whoever held one loses it and keeps the draft; the next tier's queue owner answers for it from that moment. One that
    stands on the highest tier, or is in no state to rise, stays. `because` has a code for each case's id. A thousand
    that wait in one queue go in one statement: what is told of them is the same.
    """
    around = "queue", "client", "case_type", "routing"
    cases = Case.objects.select_for_update(of=("self",), no_key=True).select_related(*around)
    locked = list(cases.filter(pk__in=list(because), state__in=RISES_FROM).order_by("pk"))
    ways = _Ways(locked)
    alike: dict[str, tuple[Queue, dict[str, Any], list[UUID]]] = {}
    for case in locked:
        target, path = ways.next(case)
        if target is None:
            continue
        told = _told(case, target, path, ways.owner(case, target), because[case.pk])
        alike.setdefault(json.dumps(told, sort_keys=True), (target, told, []))[2].append(case.pk)
    return [
        moved
        for target, told, ids in alike.values()
        for moved in move_all(
            Case.objects.filter(pk__in=ids), EventKind.CASE_RAISED, actor=actor, data=told, queue=target,
            tier=target.tier, wake_at=None,
        )
    ]  # fmt: skip


def _told(case: Case, target: Queue, path: Sequence[Step], owner: int, because: str) -> dict[str, Any]:
    return {
        "from": {"state": str(case.state), "queue": case.queue_slug, "tier": case.tier, "holder": case.holder_id},
        "to": {"queue": target.slug, "tier": target.tier, "owner": owner},
        "because": because,
        "path": [f"{step.node} {step.answer}" for step in path],
    }  # fmt: skip


class _Ways:
    """Where each of some cases goes next; queues, tiers and trees are read once for all of them."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        self._rules: dict[int, dict[int, TierRule]] = {}
        self._trees: dict[tuple[int, int], DecisionTree | None] = {}

    def next(self, case: Case) -> tuple[Queue | None, tuple[Step, ...]]:
        """What the case's own tree says of the next tier (an outage is the engineers' from there); where it names no
        queue so high, the ladder.
        """
        tree = self._tree(case)
        departments = self._departments.get(case.pk, ())
        facts = facts_on_the_way(case, case.tier + 1, departments) if tree is not None else None
        found = walk(tree.document, facts) if tree is not None and facts is not None else None
        for queue in self._queues.values():
            if found is not None and queue.slug == found.queue and queue.tier > case.tier:
                return queue, found.path
        return next_queue(case, self._queues), ()

    def owner(self, case: Case, target: Queue) -> int:
        """Who answers for the tier it comes to; the queue's owner where the tier has no rule."""
        if case.client_id not in self._rules:
            self._rules[case.client_id] = rules_for(case.client_id)
        rule = self._rules[case.client_id].get(target.tier)
        return rule.owner_id if rule else target.owner_id

    def _tree(self, case: Case) -> DecisionTree | None:
        key = (case.client_id, case.case_type_id)
        if key not in self._trees:
            self._trees[key] = tree_for(*key)
        return self._trees[key]

    @cached_property
    def _queues(self) -> dict[int, Queue]:
        return {queue.pk: queue for queue in Queue.objects.all()}

    @cached_property
    def _departments(self) -> dict[UUID, list[str]]:
        found: dict[UUID, list[str]] = {}
        parts = SubTask.objects.filter(case__in=[case.pk for case in self.cases])
        for case, department in parts.values_list("case", "department"):
            found.setdefault(case, []).append(department)
        return found
