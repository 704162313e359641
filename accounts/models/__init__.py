"""People, clients, roles, AI agents, and the ledger's rows."""

from accounts.models.agent import AgentToken, AIAgent
from accounts.models.client import Client
from accounts.models.event import Event, Head
from accounts.models.floor import Membership, Presence, Proficiency, Shift, Skill, Team, TimeOff
from accounts.models.role import Grant, Role, RoleVersion
from accounts.models.user import User

__all__ = [
    "AIAgent",
    "AgentToken",
    "Client",
    "Event",
    "Grant",
    "Head",
    "Membership",
    "Presence",
    "Proficiency",
    "Role",
    "RoleVersion",
    "Shift",
    "Skill",
    "Team",
    "TimeOff",
    "User",
]
