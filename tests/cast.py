"""The fixed cast: two clients, somebody for every role, AI agents, queues, case types, a live policy.

Made by the services, once per test database. Everything is invented.
"""

from functools import cached_property

from django.db import transaction
from django.db.models.functions import Now

from accounts.choices import PresenceState, RoleSlug
from accounts.models import AIAgent, Client, Presence, User
from accounts.services.agents import create_agent
from accounts.services.roles import ensure_roles, give_grant
from accounts.services.tokens import issue_token
from escalations.models import CaseType, PolicyVersion, Queue
from escalations.policy.default import default_data
from escalations.services.policies import publish_policy
from escalations.services.tiers import ensure_ladder, ensure_tiers
from escalations.services.trees import ensure_trees
from tests.certified import certify_types

PASSWORD = "a-password-nobody-else-has"

QUEUES = {
    # slug: (tier, who answers for it)
    "frontline": (1, "sunny"),
    "billing": (1, "sunny"),
    "operations": (1, "sunny"),
    "collections": (1, "sunny"),
    "engineering": (2, "ella"),
    "quality": (2, "quinn"),
    "supervisors": (2, "sunny"),
    "hr": (2, "sunny"),
    "sme": (3, "ella"),
    "compliance": (3, "cora"),
}

PEOPLE: dict[str, tuple[RoleSlug, str | None, tuple[str, ...]] | None] = {
    # name: (role, client or None for all, queues or () for all)
    "fay": (RoleSlug.FRONTLINE, "acme", ("frontline", "billing")),
    "finn": (RoleSlug.FRONTLINE, "acme", ()),
    "frida": (RoleSlug.FRONTLINE, "birch", ()),
    "sunny": (RoleSlug.SUPERVISOR, None, ()),
    "ella": (RoleSlug.SME, None, ()),
    "cora": (RoleSlug.COMPLIANCE, None, ()),
    "quinn": (RoleSlug.QA, None, ()),
    "adam": (RoleSlug.ADMIN, None, ()),
    "audrey": (RoleSlug.AUDITOR, "acme", ()),
    "stan": None,  # signs in and has no role
}

AGENTS = {
    # name: (client, tools, case types or () for all)
    "acme-bot": ("acme", ("search_help", "answer_customer", "lookup_ledger"), ()),
    "acme-faq-bot": ("acme", ("search_help", "answer_customer"), ("faq_chat",)),
    "birch-bot": ("birch", ("search_help", "answer_customer"), ()),
}

_tokens: dict[str, str] = {}


class Cast:
    """Looks the cast up by name, each once per test: `cast.fay`, `cast.acme`, `cast.acme_bot`."""

    @cached_property
    def acme(self) -> Client:
        return Client.objects.get(slug="acme")

    @cached_property
    def birch(self) -> Client:
        return Client.objects.get(slug="birch")

    @cached_property
    def acme_bot(self) -> AIAgent:
        return self.agent("acme-bot")

    @cached_property
    def birch_bot(self) -> AIAgent:
        return self.agent("birch-bot")

    @cached_property
    def policy(self) -> PolicyVersion:
        return PolicyVersion.objects.get(live_from__isnull=False, superseded_at__isnull=True)

    @cached_property
    def fay(self) -> User:
        """Frontline for Acme, queues frontline and billing."""
        return self.person("fay")

    @cached_property
    def finn(self) -> User:
        """Frontline for Acme, every queue."""
        return self.person("finn")

    @cached_property
    def frida(self) -> User:
        """Frontline for Birch."""
        return self.person("frida")

    @cached_property
    def sunny(self) -> User:
        """Supervisor, both clients."""
        return self.person("sunny")

    @cached_property
    def ella(self) -> User:
        """Subject-matter expert, both clients."""
        return self.person("ella")

    @cached_property
    def cora(self) -> User:
        """Compliance, both clients."""
        return self.person("cora")

    @cached_property
    def quinn(self) -> User:
        """QA analyst, both clients."""
        return self.person("quinn")

    @cached_property
    def adam(self) -> User:
        """Admin."""
        return self.person("adam")

    @cached_property
    def audrey(self) -> User:
        """Auditor for Acme."""
        return self.person("audrey")

    @cached_property
    def stan(self) -> User:
        """A stranger: signs in and may do nothing."""
        return self.person("stan")

    def person(self, name: str) -> User:
        """Somebody by first name, anew from the database."""
        return User.objects.get(email=f"{name}@example.test")

    def agent(self, name: str) -> AIAgent:
        """An AI agent by name, anew from the database."""
        return AIAgent.objects.select_related("client").get(name=name)

    def token(self, name: str = "acme-bot") -> str:
        """An agent's token in plain."""
        return _tokens[name]

    def queue(self, slug: str) -> Queue:
        return Queue.objects.get(slug=slug)

    def case_type(self, slug: str, client: str = "acme") -> CaseType:
        return CaseType.objects.select_related("client", "default_queue").get(slug=slug, client__slug=client)


def make_cast() -> None:
    """Fill an empty database with the cast."""
    ensure_roles()
    clients = {
        slug: Client.objects.create(slug=slug, name=slug.title(), prefix=prefix)
        for slug, prefix in (("acme", "AC"), ("birch", "BI"))
    }
    people = {name: _person(name, clients) for name in PEOPLE}
    queues = _queues(people)
    for client in clients.values():
        _case_types(client, queues)
    ensure_trees()
    for name, (whose, tools, types) in AGENTS.items():
        agent = create_agent(
            name=name, client=clients[whose], owner=people["sunny"], actor=None, tools=tools, case_types=types,
            version=f"{name}-1",
        )  # fmt: skip
        _tokens[name] = issue_token(agent=agent, actor=None).plain
    publish_policy(document=default_data(), actor=None, note="the default")
    certify_types()


@transaction.atomic
def _queues(people: dict[str, User]) -> dict[str, Queue]:
    queues = {
        slug: Queue.objects.create(slug=slug, name=slug.title(), tier=tier, owner=people[owner])
        for slug, (tier, owner) in QUEUES.items()
    }
    ensure_tiers()
    ensure_ladder()
    return queues


def _person(name: str, clients: dict[str, Client]) -> User:
    person = User.objects.create_user(f"{name}@example.test", PASSWORD, name=f"{name.title()} Example")
    Presence.objects.create(user=person, state=PresenceState.AVAILABLE, since=Now(), last_seen=Now())
    if given := PEOPLE[name]:
        role, client, queues = given
        give_grant(
            to=person, role=role, client=clients[client] if client else None, queues=queues, actor=None
        )
    return person


def _case_types(client: Client, queues: dict[str, Queue]) -> None:
    def add(slug: str, queue: str, **fields: object) -> None:
        endings = [{"code": "answered", "label": "Answered"}, {"code": "refused", "label": "Refused"}]
        CaseType.objects.create(
            client=client, slug=slug, name=slug.replace("_", " ").capitalize(), default_queue=queues[queue],
            dispositions=endings, guidance=["Read what the AI tried."], **fields,
        )  # fmt: skip

    add("faq_chat", "frontline", autonomy="autonomous", threshold=0.75, sla_minutes=10,
        labels=["faq_general", "order_status", "billing_dispute", "complaint_service"])  # fmt: skip
    add("order_status", "operations", autonomy="autonomous", threshold=0.75, sla_minutes=10,
        labels=["order_status", "delivery_delay"], rules={"required_fields": ["order_number"]})  # fmt: skip
    add("billing_dispute", "billing", risk="high", threshold=0.95, weight=3, undo_seconds=30,
        labels=["billing_dispute", "duplicate_charge", "refund_request"],
        rules={
            "required_fields": ["amount", "account_number"],
            "field_thresholds": {"amount": 0.9, "account_number": 0.9},
            "tool_teams": {"issue_credit": "billing"},
            "limits": {"high_impact_amount": 500.0, "credit_limit": 50.0},
        })  # fmt: skip
    add(
        "hiring",
        "hr",
        autonomy="autonomous",
        human_final_decision=True,
        threshold=0.5,
        labels=["resume_application"],
    )
    add(
        "legal",
        "compliance",
        mode="human_only",
        autonomy="off",
        risk="high",
        threshold=0.99,
        labels=["regulatory"],
    )
