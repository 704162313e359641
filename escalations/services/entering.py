"""Where a judged case enters: policy's queue, what the decision tree makes of it, and the tier's authority."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from escalations.choices import Tier
from escalations.models import Case, PolicyVersion, Queue, TierRule
from escalations.policy.document import PolicyDocument
from escalations.policy.types import Outcome
from escalations.selectors.policy import document_of
from escalations.selectors.tiers import rules_for
from escalations.selectors.trees import Ways, tree_for
from escalations.trees import Step, TreeFacts, end, walk
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


class Told(NamedTuple):
    """All of an outcome that decides where a case enters: two that are equal enter at the same place.

    `reasons` are codes; `amount` and `repeated_errors` were measured, None and 0 where they were not.
    """

    settle: bool
    queue: str
    tier: int
    severity: int
    minutes: int
    category: str
    risk: str
    oversee: bool
    confidence: float | None
    reasons: tuple[str, ...]
    amount: float | None
    repeated_errors: int


def told(outcome: Outcome) -> Told:
    """What entering looks at, of a whole outcome."""
    signals: Mapping[str, Any] = outcome.trace.get("signals", {})
    return Told(
        outcome.settle, outcome.queue, outcome.tier, outcome.severity, outcome.sla_minutes, outcome.category,
        outcome.risk, outcome.oversee, outcome.confidence, tuple(reason.code for reason in outcome.reasons),
        signals.get("amount") or None, int(signals.get("repeated_errors") or 0),
    )  # fmt: skip


def enter(case: Case, outcome: Outcome, policy: PolicyVersion, result: Mapping[str, Any]) -> Entry:
    """Where a case enters now. `result` is the triage's, empty without one."""
    queues = {queue.slug: queue for queue in Queue.objects.all()}
    ways = Ways(queues, tree_for(case.client_id, case.case_type_id), rules_for(case.client_id))
    return entry_of(case, told(outcome), document_of(policy), result, ways)


def entry_of(
    case: Case, said: Told, document: PolicyDocument, result: Mapping[str, Any], ways: Ways
) -> Entry:
    """Walk the case's tree. A tree raises and never lowers: below policy's tier its queue is not taken (R050).

    Reads nothing but what it is given; `case` has its client and its type with the type's own queue.
    """
    facts = facts_of(case, said, result, document)
    queues, tree, rules = ways.queues, ways.tree, ways.rules
    chosen = queues.get(said.queue) or case.case_type.default_queue
    found = walk(tree.document, facts) if tree is not None else None
    path = [asdict(step) for step in found.path] if found else []
    led = found.queue if found else ""
    target = _followed(led, said.tier, queues)
    queue, tier = (target, target.tier) if target is not None else (chosen, said.tier)
    if led and target is None:
        path.append(asdict(_floor(led, queues.get(led), chosen, said.tier)))
    raised, at = _within_authority(queue, tier, facts.amount, rules, document, queues)
    steps = (_authority(rules[tier].authority, facts.amount, tier, raised),) if at != tier else ()
    tree_told = ({"tree": tree.pk, "number": tree.number} | step for step in path) if tree else ()
    overseen = said.oversee or facts.department_count >= MANY
    supervisor = rules.get(Tier.SUPERVISOR)
    return Entry(
        raised, at, (*tree_told, *(asdict(step) for step in steps)), facts.departments,
        supervisor.owner_id if overseen and supervisor else None,
    )  # fmt: skip


def place_of(
    case: Case, said: Told, document: PolicyDocument, result: Mapping[str, Any], ways: Ways
) -> tuple[str, int]:
    """The slug of the queue and the tier that `entry_of` finds, without the words of the way there: a fifth of the
    time, for whoever replays many.
    """
    facts = facts_of(case, said, result, document)
    chosen = ways.queues.get(said.queue) or case.case_type.default_queue
    led = end(ways.tree.document, facts) if ways.tree is not None else ""
    target = _followed(led, said.tier, ways.queues)
    queue, tier = (target, target.tier) if target is not None else (chosen, said.tier)
    queue, tier = _within_authority(queue, tier, facts.amount, ways.rules, document, ways.queues)
    return queue.slug, tier


def facts_of(case: Case, said: Told, result: Mapping[str, Any], document: PolicyDocument) -> TreeFacts:
    """What a tree may ask about a case that was just judged."""
    return TreeFacts(
        severity=min(said.severity, case.severity) if case.routing_id else said.severity,
        tier=said.tier, client=case.client.slug, type=case.case_type.slug, channel=case.channel,
        category=said.category, queue=said.queue, risk=said.risk, reasons=said.reasons, amount=said.amount,
        departments=departments_of([said.category, *result.get("intents", ())], document.topics),
        confidence=None if said.confidence is None else round(100 * said.confidence, 2),
        repeated_errors=said.repeated_errors,
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


def _followed(led: str, tier: int, queues: Mapping[str, Queue]) -> Queue | None:
    """The queue that a tree names, where it may be taken: it is there, and does not lower the tier."""
    target = queues.get(led) if led else None
    return target if target is not None and target.tier >= tier else None


def _floor(slug: str, target: Queue | None, chosen: Queue, tier: int) -> Step:
    """Why the tree's answer is not followed."""
    stands = f"tier {target.tier}" if target is not None else "not on this desk"
    return Step("floor", f"Queue {slug} takes cases of tier {tier}", stands, "no", f"queue:{chosen.slug}")


def _within_authority(
    queue: Queue, tier: int, amount: float | None, rules: Mapping[int, TierRule],
    document: PolicyDocument, queues: Mapping[str, Queue],
) -> tuple[Queue, int]:  # fmt: skip
    """Up to the tier that may settle such an amount: in the same queue where it takes that tier, else the ladder's."""
    needed = tier
    while (
        amount is not None
        and needed in rules
        and (top := rules[needed].authority) is not None
        and amount > top
    ):
        needed += 1
    if needed == tier or needed not in rules:
        return queue, tier
    least, most = document.queues.get(queue.slug, (1, 3))
    if not least <= needed <= most:
        queue = queues.get(document.ladder[needed], queue)
    return queue, needed


def _authority(limit: Any, amount: float | None, tier: int, queue: Queue) -> Step:
    """Why a case goes further up."""
    asked = f"Amount is above {limit:.0f}, the authority of tier {tier}"
    return Step("authority", asked, f"{amount:g}", "yes", f"queue:{queue.slug}")
