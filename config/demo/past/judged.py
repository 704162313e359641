"""Scripts of the demo's past, judged by the demo's model and policy, beside what is true of them."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import cast

from accounts.models import AIAgent
from config.demo.case_types import LABELS
from config.demo.cases import Script, scripts
from config.demo.cases.shapes import CaseBody
from escalations.auditing import arm_of
from escalations.models import CaseType
from escalations.policy.document import PolicyDocument
from escalations.policy.engine import decide
from escalations.policy.types import Facts, Outcome, TypeRules
from escalations.rules import type_rules
from escalations.selectors.facts import cross_checks, repeated_errors
from escalations.selectors.policy import document_of, live_policy
from escalations.triage.embedded import EmbeddedEngine
from escalations.triage.engines import get_engine
from escalations.triage.types import CaseView, Extracted, Step, Triage, Utterance

SEED = 1887
WEEKS = 5
MOST = 40_000
"""So many scripts are looked through at most: the rarest type comes once in thirty."""
BATCH = 64

FIXES = {
    "missing_number": "The chat agent asks for the order number before it hands over",
    "carrier_down": "A second way to ask the carrier when its tracking does not answer",
    "reminder_without_balance": "The accounts agent reads the balance before it proposes a reminder",
}
"""What was done about a kind of case half way through the past: after that few of them came."""
FEW = 0.15


@dataclass(frozen=True, slots=True)
class Answered:
    """One past case: what came, what the model and the policy said, and what is true."""

    script: Script
    view: CaseView
    facts: Facts
    triage: Triage
    outcome: Outcome
    truth: str
    candidate: bool

    @property
    def score(self) -> float:
        """How sure the AI was."""
        return self.triage.confidence

    @property
    def wrong(self) -> bool:
        """Was the AI's answer wrong?"""
        return self.triage.category != self.truth


def engine_of(models: Path) -> EmbeddedEngine:
    """The engine that the demo's workers run."""
    return cast(EmbeddedEngine, get_engine("embedded", models))


def answered(
    engine: EmbeddedEngine,
    kinds: Iterable[CaseType],
    wanted: Mapping[int, int],
    *,
    now: datetime,
    counted: Callable[[CaseType, Answered], bool],
) -> dict[int, list[Answered]]:
    """Past cases of each type, in the order in which they came, until it has as many that count as `wanted`."""
    by_key = {kind.pk: kind for kind in kinds}
    rules = {(kind.client.slug, kind.slug): (kind.pk, _rules(kind)) for kind in by_key.values()}
    policy = live_policy()
    document = document_of(policy)
    found: dict[int, list[Answered]] = defaultdict(list)
    missing = dict(wanted)
    coming = islice(scripts(SEED, now - timedelta(weeks=WEEKS), lambda: str(policy.number)), MOST)
    open_ones = (
        one for one in coming if missing.get(rules.get((one.client, one.body["case_type"]), (0,))[0], 0) > 0
    )
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        while any(count > 0 for count in missing.values()) and (batch := list(islice(open_ones, BATCH))):
            todo = [(one, *rules[one.client, one.body["case_type"]]) for one in batch]
            judged = pool.map(lambda row: _judge(engine, document, row[0], row[2], str(policy.number)), todo)
            for (_, key, _), one in zip(todo, judged, strict=True):
                if missing[key] > 0:
                    found[key].append(one)
                    missing[key] -= counted(by_key[key], one)
    return dict(found)


def as_fixed(stories: Sequence[Answered], fixed_from: float) -> list[Answered]:
    """Without most of the cases that a fix ended, from that share of them on."""
    dice = Random(len(stories))  # noqa: S311  the same past every time
    return [
        one
        for n, one in enumerate(stories)
        if one.script.scenario not in FIXES or n < fixed_from * len(stories) or dice.random() < FEW
    ]


def _judge(
    engine: EmbeddedEngine, document: PolicyDocument, script: Script, rules: TypeRules, policy: str
) -> Answered:
    view = view_of(script, rules)
    triage = engine.triage(view)
    facts = Facts(
        case=view, rules=rules, triage=triage, cross_checks=cross_checks(view.fields, view.steps),
        handoff_reasons=tuple(script.body["handoff"].get("reasons", ())), agent_policy_version=policy,
        repeated_errors=repeated_errors(view.steps), live_policy_version=policy,
    )  # fmt: skip
    outcome = decide(facts, document)
    kept = {"settle": outcome.settle, "trace": outcome.trace, "confidence": outcome.confidence,
            "category": outcome.category, "reasons": [{"code": one.code} for one in outcome.reasons],
            "cells": [{"row": one.row, "allocation": one.allocation} for one in outcome.cells]}  # fmt: skip
    arm = arm_of(kept, required=bool(rules.required_fields))
    return Answered(script, view, facts, triage, outcome, true_of(script), candidate=bool(arm))


def true_of(script: Script) -> str:
    """The category that is right; "" for a matter that no AI may settle."""
    return script.body["handoff"].get("intent", "") if script.truth is None else script.truth


def view_of(script: Script, rules: TypeRules) -> CaseView:
    """The case as an engine would see it in the end, with what the customer wrote later."""
    body = script.body
    package = body["handoff"]
    proposed = package.get("proposed") or {"action": "", "arguments": {}}
    return CaseView(
        client=script.client, case_type=body["case_type"], channel=body["channel"], subject=body["subject"],
        messages=tuple(_messages(script)), fields=tuple(_fields(body)), steps=tuple(_steps(body)),
        proposed_action=proposed["action"], proposed_arguments=proposed["arguments"],
        agent_confidence=package.get("confidence"), agent_intent=package.get("intent", ""),
        known_names=(str(body["customer"].get("name", "")),), labels=LABELS,
        known_facts=tuple(str(value) for value in body["customer"].values() if value != ""),
    )  # fmt: skip


def _messages(script: Script) -> Iterator[Utterance]:
    last = datetime.fromisoformat(script.body["messages"][-1]["at"])
    for one in script.body["messages"]:
        yield Utterance(one["author"], one["text"], datetime.fromisoformat(one["at"]))
    for later in script.follow_ups:
        yield Utterance(later.author, later.text, last + timedelta(seconds=later.after))


def _fields(body: CaseBody) -> Iterator[Extracted]:
    for one in body["fields"]:
        source = one.get("source")
        place = (source["message"], source["start"], source["end"]) if source else (None, None, None)
        yield Extracted(one["name"], one["value"], one["confidence"], *place)


def _steps(body: CaseBody) -> Iterator[Step]:
    for one in body["handoff"].get("steps", ()):
        at = datetime.fromisoformat(one["at"]) if one["at"] else None
        yield Step(one["tool"], one["ok"], one["arguments"], one["result"], at)


def _rules(kind: CaseType) -> TypeRules:
    agents = AIAgent.objects.filter(client=kind.client_id)
    return type_rules(kind, next(one for one in agents if kind.slug in one.case_types))
