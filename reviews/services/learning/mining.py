"""Error to rule: clusters of corrections propose a row of policy, with its rehearsal attached (R096, R100).

A proposal changes nothing: whoever drafts policy may take it into a draft, which then goes policy's own way.
"""

import copy
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from accounts.models import User
from accounts.permissions import can
from escalations.choices import AlertKind, ErrorType, RuleState, Verb
from escalations.errors import Conflict, NotAllowed
from escalations.models import CaseType, PolicyDraft, PolicyVersion, Routing, RuleProposal, Sample
from escalations.permissions import must_manage_models
from escalations.policy.conditions import Clause, expression
from escalations.policy.jdm import content, quoted
from escalations.selectors.policy import live_policy
from escalations.services.alerting import end_alerts
from escalations.services.drafting import begin_draft, change_draft
from escalations.services.policies import checked
from escalations.services.rehearsing import rehearse
from reviews.choices import WhatWasWrong
from reviews.services.learning.patterns import ANY, Found, Judged, patterns

WINDOW = timedelta(days=90)
MOST = 5_000
"""Cases of a type that are looked at: the newest."""

SHOWN = 5
AGAINST = (Verb.CORRECT, Verb.OVERRIDE, Verb.REJECT)
TABLE, CODE = "reasons", "REPEATED_ERROR"
_WORD = re.compile(r"[a-z]{4,20}")


def mine_rules(*, case_type: CaseType, by: User | None = None) -> list[RuleProposal]:
    """Propose rows for what people of late corrected of this type; the new proposals, the clearest first.

    What was proposed before, whatever became of it, is not proposed again. NotAllowed without MODEL_MANAGE there.
    """
    must_manage_models(by, case_type.client_id)
    found = patterns(_judged(case_type), SHOWN)
    made = [_proposed(case_type, one, by) for one in found]
    return [one for one in made if one is not None]


def take_rule(*, proposal: RuleProposal, actor: User) -> PolicyDraft:
    """A draft of policy that holds the proposed row; it is rehearsed and approved as any other. NotAllowed without
    POLICY_EDIT, Conflict when somebody has answered the proposal.
    """
    if not can(actor, Capability.POLICY_EDIT):
        raise NotAllowed("You may not draft policy.")
    with transaction.atomic():
        found = _open(proposal)
        draft = begin_draft(actor=actor, title=f"Rule from corrections: {found.case_type.name}"[:120])
        draft = change_draft(
            draft=draft, document=with_row(draft.document, found.row), edits=draft.edits, actor=actor
        )
        _answer(found, RuleState.TAKEN, actor)
    return draft


def dismiss_rule(*, proposal: RuleProposal, actor: User) -> None:
    """Put it aside for good. NotAllowed for who may neither draft policy nor manage models; Conflict when answered."""
    if not (can(actor, Capability.POLICY_EDIT) or can(actor, Capability.MODEL_MANAGE)):
        raise NotAllowed("You may not answer proposed rules.")
    with transaction.atomic():
        _answer(_open(proposal), RuleState.DISMISSED, actor)


def with_row(document: Mapping[str, Any], row: Mapping[str, str]) -> dict[str, Any]:
    """The document with one more row in its table of reasons."""
    found: dict[str, Any] = copy.deepcopy(dict(document))
    content(found["tables"][TABLE])["rules"].append(dict(row))
    return found


def row_of(case_type: CaseType, found: Found) -> dict[str, str]:
    """The row, in the language of the policy document: such cases go to people."""
    clauses = (
        Clause("client", "==", case_type.client.slug), Clause("case_type", "==", case_type.slug), *found.clauses,
    )  # fmt: skip
    when = expression(tuple((clause,) for clause in clauses))
    return {
        "_id": f"learned-{hashlib.sha256(when.encode()).hexdigest()[:10]}",
        "_description": f"People corrected {found.wrong} of {found.cases} such cases",
        "when": when, "code": quoted(CODE), "score": str(round(found.wrong / found.cases, 2)),
        "limit": str(round(found.others_wrong / max(1, found.others), 2)), "evidence": "",
    }  # fmt: skip


def rule_key(case_type: CaseType) -> str:
    """The key of the alert that offers a type's proposals."""
    return f"{case_type.client.slug}:{case_type.slug}"


def _judged(case_type: CaseType) -> list[Judged]:
    samples = Sample.objects.filter(case_type=case_type, excluded="", decision__isnull=False)
    rows = list(
        samples.filter(at__gte=timezone.now() - WINDOW)
        .order_by("-pk")
        .values_list("content", "decision__seen__routing", "case")[:MOST]
    )
    signals = _signals([routing for _, routing, _ in rows if routing])
    return [
        Judged(signals[routing], kinds_of(told), frozenset(_WORD.findall(str(told.get("text", "")).lower())))
        for told, routing, _ in rows
        if routing in signals and isinstance(told, dict)
    ]


def kinds_of(told: Mapping[str, Any]) -> frozenset[str]:
    """What was wrong with the AI's answer, as an export tells it: error types, fields, why it was overridden."""
    person = told.get("person") or {}
    if person.get("verb") not in AGAINST:
        return frozenset()
    changes = told.get("corrections") or []
    found = {f"error:{change['error_type']}" for change in changes}
    found |= {f"field:{change['field']}" for change in changes}
    if person.get("reason") in WhatWasWrong.values:
        found.add(f"why:{person['reason']}")
    return frozenset(found or {f"verb:{person['verb']}"})


def words_of(kind: str) -> str:
    """A kind of error in words."""
    name, _, value = kind.partition(":")
    if name == "error" and value in ErrorType.values:
        return ErrorType(value).label.lower()
    if name == "why" and value in WhatWasWrong.values:
        return WhatWasWrong(value).label.lower()
    return value.replace("_", " ") if value else "anything" if name == ANY else name


def _signals(routings: Sequence[int]) -> dict[int, dict[str, Any]]:
    rows = Routing.objects.filter(pk__in=routings).values_list("pk", "outcome__trace__signals")
    return {pk: signals for pk, signals in rows if isinstance(signals, dict)}


def _proposed(case_type: CaseType, found: Found, by: User | None) -> RuleProposal | None:
    row = row_of(case_type, found)
    live = PolicyVersion.objects.get(pk=live_policy().pk)
    document = checked(with_row(live.document, row))
    pattern = {
        "kind": found.kind, "words": list(found.words),
        "clauses": [{"signal": c.signal, "op": c.op, "value": c.value} for c in found.clauses],
    }  # fmt: skip
    with transaction.atomic():
        made, new = RuleProposal.objects.get_or_create(
            case_type=case_type, key=row["_id"],
            defaults={
                "pattern": pattern, "row": row, "wrong": found.wrong, "cases": found.cases,
                "others_wrong": found.others_wrong, "others": found.others, "low": found.low,
            },
        )  # fmt: skip
        if not new:
            return None
        now = timezone.now()
        made.rehearsal = rehearse(
            document=document, base=live, since=now - WINDOW, until=now, by=by, client=case_type.client,
            case_type=case_type,
        )  # fmt: skip
        made.save(update_fields=["rehearsal"])
        _tell(made, EventKind.RULE_PROPOSED, by, cases=made.cases, wrong=made.wrong)
    return made


def _open(proposal: RuleProposal) -> RuleProposal:
    rows = RuleProposal.objects.select_for_update(of=("self",)).select_related("case_type__client")
    found = rows.get(pk=proposal.pk)
    if found.state != RuleState.OPEN:
        raise Conflict(f"Somebody has answered it: {found.get_state_display().lower()}.")
    return found


def _answer(found: RuleProposal, state: RuleState, actor: User) -> None:
    RuleProposal.objects.filter(pk=found.pk).update(state=state, decided_by=actor, decided_at=Now())
    if not RuleProposal.objects.filter(case_type=found.case_type_id, state=RuleState.OPEN).exists():
        end_alerts(AlertKind.RULE_PROPOSED, [rule_key(found.case_type)], because="answered", actor=actor)
    _tell(found, EventKind.RULE_ANSWERED, actor, answer=state.value)


def _tell(proposal: RuleProposal, kind: EventKind, actor: User | None, **data: Any) -> None:
    record(
        stream_of("learning", "rules"), kind=kind, actor=actor, rule=proposal.key, type=proposal.case_type_id, **data
    )  # fmt: skip
