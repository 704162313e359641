"""The demo world in one place: three fictitious clients, their desk, their AI agents and case types.

Everything is invented. Addresses end in `.test` or `example.*`, phone numbers are from reserved ranges.
"""

from config.demo.case_types import CASE_TYPES
from config.demo.categories import CATEGORIES, OUT_OF_SCOPE
from config.demo.identities import AGENTS
from config.demo.people import DEMO_PASSWORD, PEOPLE, QUEUES
from config.demo.shapes import Agent, CaseType, Client

POLICY_VERSION = "1"
"""What the agents say they were built against, until the API tells them the version in force."""

CLIENTS = (
    Client("harbour", "Harbour Telecom", "America/New_York", "HT", "USD", weight=3),
    Client("northline", "Northline Freight", "Europe/London", "NF", "GBP", weight=2),
    Client("meridian", "Meridian Care", "Australia/Melbourne", "MC", "AUD", weight=2),
)

__all__ = [
    "AGENTS",
    "CASE_TYPES",
    "CATEGORIES",
    "CLIENTS",
    "DEMO_PASSWORD",
    "OUT_OF_SCOPE",
    "PEOPLE",
    "POLICY_VERSION",
    "QUEUES",
    "agent_for",
    "case_type",
]


def case_type(client: str, slug: str) -> CaseType:
    """The client's case type; KeyError when it has none of that name."""
    for kind in CASE_TYPES:
        if (kind.client, kind.slug) == (client, slug):
            return kind
    raise KeyError((client, slug))


def agent_for(client: str, slug: str) -> Agent:
    """The AI agent that posts this case type for this client; KeyError when nobody does."""
    for agent in AGENTS:
        if agent.client == client and slug in agent.case_types:
            return agent
    raise KeyError((client, slug))
