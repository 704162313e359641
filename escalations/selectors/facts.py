"""Everything triage and policy are given about a case, read in one short transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils.dateparse import parse_datetime

from accounts.choices import ActorKind
from escalations.models import Acknowledgement, Case, Decision, ExtractedField, Message, PolicyVersion, real
from escalations.policy.readings import amount_in
from escalations.policy.types import Facts, TypeRules
from escalations.rules import type_rules
from escalations.triage.types import CaseView, Extracted, Step, Utterance

AMOUNTS = ("amount", "amount_due", "invoice_total", "total", "price", "refund_amount")
RECENT_CASES = 300
"""How far back a client's cases are looked through for earlier amounts: bounded, whatever the client's size."""

FIRST = 1
"""The number of the version before which there was none to be older."""
NOT_KNOWN = "none"
"""The version of an agent that has taken note of none."""


@dataclass(frozen=True, slots=True)
class Read:
    """A case as it stood: `view` for the engine, the rest for policy; `messages` says what the judgement covers."""

    case: Case
    now: datetime
    messages: int
    view: CaseView
    rules: TypeRules
    cross_checks: tuple[tuple[str, str, str], ...]
    handoff_reasons: tuple[str, ...]
    agent_policy: str
    repeated_errors: int
    was_human: bool
    known_policy: int | None = None

    def facts(self, triage: Any, live: PolicyVersion) -> Facts:
        """Policy's question, with the engine's answer or None."""
        return Facts(
            case=self.view, rules=self.rules, triage=triage, cross_checks=self.cross_checks,
            handoff_reasons=self.handoff_reasons, repeated_errors=self.repeated_errors,
            agent_policy_version=self.worked_under(live), live_policy_version=str(live.number),
            was_human=self.was_human,
        )  # fmt: skip

    def worked_under(self, live: PolicyVersion) -> str:
        """The version that the AI agent worked under (R090): what its hand-over says, else the newest it has taken
        note of. Who has said nothing began under the first version, or under the one that was live on its first day.
        """
        if self.agent_policy or self.known_policy is not None:
            return self.agent_policy or str(self.known_policy)
        new = live.live_from is not None and self.case.agent.created_at >= live.live_from
        return str(live.number) if live.number == FIRST or new else NOT_KNOWN


def read_case(case_id: UUID) -> Read:
    """Three or four statements."""
    case = _loaded(case_id)
    package: Mapping[str, Any] = case.handoff.package if case.handoff else {}
    messages = list(Message.objects.filter(case=case).only("case_id", "author", "text", "at"))
    fields = tuple(
        Extracted(f.name, f.value, f.confidence, f.message, f.start, f.end)
        for f in ExtractedField.objects.filter(case=case)
    )
    steps = tuple(_step(step) for step in package.get("steps", ()))
    proposed = package.get("proposed") or {}
    view = CaseView(
        client=case.client.slug, case_type=case.case_type.slug, channel=case.channel, subject=case.subject,
        messages=tuple(Utterance(m.author, m.text, m.at) for m in messages), fields=fields, steps=steps,
        proposed_action=proposed.get("action", ""), proposed_arguments=proposed.get("arguments", {}),
        agent_confidence=package.get("confidence"), agent_intent=package.get("intent", ""),
        known_names=_names(case), past_amounts=_past_amounts(case, fields), labels=tuple(case.case_type.labels),
        known_facts=_on_record(case),
    )  # fmt: skip
    return Read(
        case=case, now=case.__dict__["now"], messages=len(messages), view=view,
        rules=type_rules(case.case_type, case.agent), cross_checks=cross_checks(fields, steps),
        handoff_reasons=tuple(package.get("reasons", ())), agent_policy=package.get("policy_version", ""),
        repeated_errors=repeated_errors(steps), was_human=case.__dict__["was_human"],
        known_policy=case.__dict__["known_policy"],
    )  # fmt: skip


def cross_checks(fields: tuple[Extracted, ...], steps: tuple[Step, ...]) -> tuple[tuple[str, str, str], ...]:
    """(field, on record, in the request): what the agent's look-ups found beside what it read (R026).

    A look-up shows what it found as `record` in its result, field names to values.
    """
    asked: dict[str, str] = {}
    for field in fields:
        asked.setdefault(field.name, field.value)
    found = []
    for step in steps:
        record = step.result.get("record") if step.ok and isinstance(step.result, Mapping) else None
        for name, value in record.items() if isinstance(record, Mapping) else ():
            if name in asked and isinstance(value, str | int | float):
                found.append((name, str(value), asked[name]))
    return tuple(found)


def repeated_errors(steps: tuple[Step, ...]) -> int:
    """How often the tool that failed most failed in this case."""
    failed = [step.tool for step in steps if not step.ok]
    return max((failed.count(tool) for tool in set(failed)), default=0)


def message_count(case_id: UUID) -> Subquery:
    """How many messages a case has, as a subquery: a triage that saw fewer is out of date."""
    counted = Message.objects.filter(case=case_id).order_by().values("case").annotate(n=Count("*"))
    return Subquery(counted.values("n"))


def _loaded(case_id: UUID) -> Case:
    decided = Decision.objects.filter(case=OuterRef("pk"), actor_kind=ActorKind.HUMAN)
    known = Acknowledgement.objects.filter(agent=OuterRef("agent")).order_by("-version__number")
    return (
        Case.objects.select_related(
            "client", "case_type__client", "case_type__default_queue", "agent", "handoff"
        )
        .annotate(
            now=Now(),
            was_human=Exists(decided.exclude(standing=Decision.Standing.UNDONE)),
            known_policy=Subquery(known.values("version__number")[:1]),
        )
        .get(pk=case_id)
    )


def _step(step: Mapping[str, Any]) -> Step:
    at = step.get("at")
    return Step(
        tool=step["tool"], ok=step["ok"], arguments=step.get("arguments", {}), result=step.get("result"),
        at=parse_datetime(at) if at else None,
    )  # fmt: skip


def _names(case: Case) -> tuple[str, ...]:
    """Names to mask before a text leaves the house."""
    values = (case.customer.get(key) for key in ("name", "company", "first_name", "last_name"))
    return tuple(value for value in values if isinstance(value, str) and value.strip())


def _on_record(case: Case) -> tuple[str, ...]:
    """What the AI may name without having read it in the case: its numbers, the customer's data (R009)."""
    values = (case.ref, case.external_id, *case.customer.values())
    return tuple(str(value) for value in values if isinstance(value, str | int | float) and value != "")


def _past_amounts(case: Case, fields: tuple[Extracted, ...]) -> tuple[float, ...]:
    """Earlier amounts of the same customer or, when there are fewer than five, of the case type; newest first."""
    if not any(field.name in AMOUNTS for field in fields):
        return ()
    recent = (
        Case.objects.filter(real(), client=case.client).order_by("-created_at").values("pk")[:RECENT_CASES]
    )
    rows = list(
        ExtractedField.objects.filter(Q(case__in=recent), name__in=AMOUNTS, case__case_type=case.case_type)
        .exclude(case=case)
        .order_by("-case__created_at")
        .values_list("value", "case__customer__id")
    )
    customer = case.customer.get("id")
    own = [value for value, whose in rows if customer is not None and whose == customer]
    amounts = (amount_in(value) for value in (own if len(own) >= 5 else [value for value, _ in rows]))
    return tuple(amount for amount, readable in amounts if readable and amount is not None)
