"""Puts the demo world into the database. Running it again changes nothing that is there."""

import json
import os
from pathlib import Path

from django.db import transaction

from accounts.models import AIAgent, Client, User
from accounts.services.agents import create_agent
from accounts.services.roles import ensure_roles, give_grant
from accounts.services.tokens import issue_token
from config.demo import shapes, world
from config.demo.alerts import load_alerts
from config.demo.audits import load_audits
from config.demo.clocks import load_clocks
from config.demo.floor import load_floor
from config.demo.trees import load_trees
from escalations.models import CaseType, PolicyVersion, Queue
from escalations.policy.default import default_data
from escalations.services.policies import publish_policy
from escalations.services.tiers import ensure_ladder, ensure_tiers


@transaction.atomic
def load_world(tokens: Path) -> None:
    """Clients, people, roles, queues, case types, the default policy, AI agents; their tokens go to `tokens` (0600)."""
    ensure_roles()
    clients = {c.slug: _client(c) for c in world.CLIENTS}
    people = {p.email: _person(p, clients) for p in world.PEOPLE}
    queues = {q.slug: _queue(q, people) for q in world.QUEUES}
    ensure_tiers()
    ensure_ladder()
    for kind in world.CASE_TYPES:
        _case_type(kind, clients, queues)
    load_audits()
    load_trees(clients)
    if not PolicyVersion.objects.filter(live_from__isnull=False).exists():
        publish_policy(document=default_data(), actor=None, note="The policy Handrail ships with")
    _agents(clients, people, tokens)
    load_clocks(clients)
    load_alerts(people)
    load_floor(people)


def _client(spec: shapes.Client) -> Client:
    return Client.objects.get_or_create(
        slug=spec.slug,
        defaults={
            "name": spec.name,
            "prefix": spec.prefix,
            "timezone": spec.time_zone,
            "weight": spec.weight,
        },
    )[0]


def _person(spec: shapes.Person, clients: dict[str, Client]) -> User:
    found = User.objects.filter(email=spec.email).first()
    if found is not None:
        return found
    user = User.objects.create_user(
        spec.email, world.DEMO_PASSWORD, name=spec.name, timezone=spec.time_zone, is_staff=False
    )
    reach: list[Client | None] = [clients[slug] for slug in spec.clients]
    for client in reach or [None]:
        give_grant(to=user, role=spec.role, client=client, queues=spec.queues, max_tier=spec.tier, actor=None)
    return user


def _queue(spec: shapes.Queue, people: dict[str, User]) -> Queue:
    return Queue.objects.get_or_create(
        slug=spec.slug, defaults={"name": spec.name, "tier": spec.tier, "owner": people[spec.owner]}
    )[0]


def _case_type(spec: shapes.CaseType, clients: dict[str, Client], queues: dict[str, Queue]) -> None:
    rules = {
        "required_fields": list(spec.required_fields),
        "field_thresholds": dict(spec.field_thresholds),
        "tool_teams": dict(spec.tool_teams),
        "process": list(spec.process),
        "irreversible": list(spec.irreversible),
        "limits": dict(spec.limits),
        "suggested_reply": spec.suggested_reply,
    }
    CaseType.objects.get_or_create(
        client=clients[spec.client],
        slug=spec.slug,
        defaults={
            "name": spec.name,
            "mode": spec.mode,
            "autonomy": spec.autonomy,
            "human_final_decision": spec.human_final_decision,
            "risk": spec.risk,
            "threshold": spec.threshold,
            "sla_minutes": spec.sla_minutes,
            "weight": spec.weight,
            "undo_seconds": spec.undo_seconds,
            "default_queue": queues[spec.default_queue],
            "labels": list(spec.labels),
            "rules": rules,
            "dispositions": [{"code": d.code, "label": d.label} for d in spec.dispositions],
            "guidance": list(spec.guidance),
        },
    )


def _agents(clients: dict[str, Client], people: dict[str, User], tokens: Path) -> None:
    known: dict[str, str] = json.loads(tokens.read_text()) if tokens.exists() else {}
    for spec in world.AGENTS:
        agent = AIAgent.objects.filter(client=clients[spec.client], name=spec.name).first()
        if agent is not None and spec.name in known:
            continue
        agent = agent or create_agent(
            name=spec.name,
            client=clients[spec.client],
            owner=people[spec.owner],
            purpose=spec.purpose,
            version=spec.model_version,
            tools=spec.grants,
            case_types=spec.case_types,
            actor=None,
        )
        known[spec.name] = issue_token(agent=agent, actor=None).plain
    tokens.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(tokens, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(known, file)
