"""Where a judged case enters: policy's queue, what the decision tree makes of it, and the tier's authority."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from escalations.choices import Tier
from escalations.models import Case, PolicyVersion, Queue, TierRule
from escalations.policy.document import PolicyDocument
from escalations.policy.types import Outcome
from escalations.selectors.policy import document_of
from escalations.selectors.tiers import rules_for
from escalations.selectors.trees import Ways, tree_for
from escalations.trees import Step, TreeFacts, walk
from escalations.trees.facts import departments_of

MANY = 2
"""From so many departments on a case is split into sub-tasks and somebody oversees the whole (R049)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The queue and tier a case goes to, how it came there, whom it concerns and who oversees it."""

    queue: Queue
    tier: int
    path: tuple[dict[str, Any], ...]
    departments: tuple[str, ...]
    overseer_id: int | None


def enter(case: Case, outcome: Outcome, policy: PolicyVersion, result: Mapping[str, Any]) -> Entry:
    """Where a case enters now. `result` is the triage's, empty without one."""
    queues = {queue.slug: queue for queue in Queue.objects.all()}
    ways = Ways(queues, tree_for(case.client_id, case.case_type_id), rules_for(case.client_id))
    return entry_of(case, outcome, document_of(policy), result, ways)


def entry_of(
    case: Case, outcome: Outcome, document: PolicyDocument, result: Mapping[str, Any], ways: Ways
) -> Entry:
    """Walk the case's tree. A tree raises and never lowers: below policy's tier its queue is not taken (R050).

    Reads nothing but what it is given; `case` has its client and its type with the type's own queue.
    """
    labels = [outcome.category, *result.get("intents", ())]
    facts = facts_of(case, outcome, departments_of(labels, document.topics))
    queues, tree, rules = ways.queues, ways.tree, ways.rules
    chosen = queues.get(outcome.queue) or case.case_type.default_queue
    found = walk(tree.document, facts) if tree is not None else None
    path = [asdict(step) for step in found.path] if found else []
    queue, tier = chosen, outcome.tier
    if found is not None and found.queue:
        target = queues.get(found.queue)
        if target is not None and target.tier >= tier:
            queue, tier = target, target.tier
        else:
            path.append(asdict(_floor(found.queue, target, chosen, tier)))
    queue, tier, steps = _within_authority(queue, tier, facts.amount, rules, document, queues)
    tree_told = ({"tree": tree.pk, "number": tree.number} | step for step in path) if tree else ()
    overseen = outcome.oversee or facts.department_count >= MANY
    supervisor = rules.get(Tier.SUPERVISOR)
    return Entry(
        queue, tier, (*tree_told, *(asdict(step) for step in steps)), facts.departments,
        supervisor.owner_id if overseen and supervisor else None,
    )  # fmt: skip


def facts_of(case: Case, outcome: Outcome, departments: Iterable[str]) -> TreeFacts:
    """What a tree may ask about a case that was just judged."""
    signals: Mapping[str, Any] = outcome.trace.get("signals", {})
    return TreeFacts(
        severity=min(outcome.severity, case.severity) if case.routing_id else outcome.severity,
        tier=outcome.tier, client=case.client.slug, type=case.case_type.slug, channel=case.channel,
        category=outcome.category, queue=outcome.queue, risk=outcome.risk,
        reasons=tuple(reason.code for reason in outcome.reasons), departments=tuple(departments),
        amount=signals.get("amount") or None, repeated_errors=int(signals.get("repeated_errors") or 0),
        confidence=None if outcome.confidence is None else round(100 * outcome.confidence, 2),
    )  # fmt: skip


def facts_on_the_way(case: Case, tier: int, departments: Iterable[str]) -> TreeFacts:
    """The same about a case that is about to reach `tier`, from what is kept of its judgement and its sub-tasks."""
    outcome: Mapping[str, Any] = case.routing.outcome if case.routing else {}
    signals: Mapping[str, Any] = (outcome.get("trace") or {}).get("signals") or {}
    return TreeFacts(
        severity=case.severity, tier=tier, client=case.client.slug, type=case.case_type.slug, channel=case.channel,
        category=case.category, queue=str(outcome.get("queue") or ""), risk=case.risk or "low",
        reasons=tuple(case.reason_codes), amount=signals.get("amount") or None,
        departments=tuple(departments),
        repeated_errors=int(signals.get("repeated_errors") or 0),
        confidence=None if case.confidence is None else round(100 * case.confidence, 2),
    )  # fmt: skip


def _floor(slug: str, target: Queue | None, chosen: Queue, tier: int) -> Step:
    """Why the tree's answer is not followed."""
    stands = f"tier {target.tier}" if target is not None else "not on this desk"
    return Step("floor", f"Queue {slug} takes cases of tier {tier}", stands, "no", f"queue:{chosen.slug}")


def _within_authority(
    queue: Queue, tier: int, amount: float | None, rules: Mapping[int, TierRule],
    document: PolicyDocument, queues: Mapping[str, Queue],
) -> tuple[Queue, int, tuple[Step, ...]]:  # fmt: skip
    """Up to the tier that may settle such an amount: in the same queue where it takes that tier, else the ladder's."""
    limit = rules[tier].authority if tier in rules else None
    needed = tier
    while (
        amount is not None
        and needed in rules
        and (top := rules[needed].authority) is not None
        and amount > top
    ):
        needed += 1
    if needed == tier or limit is None or needed not in rules:
        return queue, tier, ()
    least, most = document.queues.get(queue.slug, (1, 3))
    if not least <= needed <= most:
        queue = queues.get(document.ladder[needed], queue)
    asked = f"Amount is above {limit:.0f}, the authority of tier {tier}"
    return queue, needed, (Step("authority", asked, f"{amount:g}", "yes", f"queue:{queue.slug}"),)
