"""What AI agents know of policy, and what was decided on work that they did under an older one (R090)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from accounts.models import AIAgent
from escalations.models import Acknowledgement, Case, Decision, PolicyVersion, Routing, real
from escalations.policy.diff import Change, differences
from escalations.selectors.facts import FIRST
from escalations.selectors.releases import version_before


@dataclass(frozen=True, slots=True)
class Known:
    """The policy in force as one agent sees it: `changes` since the last version that it knows."""

    live: PolicyVersion
    acknowledged: bool
    since: PolicyVersion | None
    changes: list[Change]


def policy_for(agent: AIAgent) -> Known:
    """Three or four statements."""
    live = PolicyVersion.objects.get(live_from__isnull=False, superseded_at__isnull=True)
    newest = Acknowledgement.objects.filter(agent=agent).select_related("version")
    known = newest.order_by("-version__number").first()
    acknowledged = known is not None and known.version_id == live.pk
    since = known.version if known is not None and not acknowledged else version_before(live)
    told = differences(since.document, live.document) if since is not None else []
    return Known(live, acknowledged, since, told)


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent and the newest version that it has taken note of; `may_act` under the one in force."""

    agent: AIAgent
    number: int | None
    at: datetime | None
    may_act: bool


def agents_and_versions(live: PolicyVersion) -> list[Agent]:
    """Every agent that is not suspended, those who have yet to take note first."""
    newest: dict[int, Acknowledgement] = {}
    for row in Acknowledgement.objects.select_related("version").order_by("version__number"):
        newest[row.agent_id] = row
    found = []
    for agent in AIAgent.objects.filter(suspended_at=None).select_related("client"):
        known = newest.get(agent.pk)
        began = live.number == FIRST or (live.live_from is not None and agent.created_at >= live.live_from)
        may = known.version_id == live.pk if known is not None else began
        number, at = (known.version.number, known.at) if known is not None else (None, None)
        found.append(Agent(agent, number, at, may))
    return sorted(found, key=lambda one: (one.may_act, one.agent.client.name, one.agent.name))


@dataclass(frozen=True, slots=True)
class Superseded:
    """What was done under a version when it was no longer in force: cases handed over by agents who still worked under
    an older one while this was live, and decisions recorded under this one after it had ended.
    """

    handed_over: int
    decided: int


def superseded_work(version: PolicyVersion) -> Superseded:
    """The counts of one version (R090). Two statements."""
    late = real("case") & Q(policy=version, created_at__gte=F("policy__superseded_at"))
    return Superseded(
        handed_over=Routing.objects.filter(policy=version, superseded=True).count(),
        decided=Decision.objects.filter(late).count() if version.superseded_at else 0,
    )


def superseded_cases(version: PolicyVersion, most: int = 50) -> list[Case]:
    """The newest of those cases."""
    of_it = Routing.objects.filter(policy=version, superseded=True).order_by("-pk").values("case")[:most]
    return list(Case.objects.filter(pk__in=of_it).select_related("case_type", "agent", "client"))


def superseded_by_version() -> dict[int, int]:
    """How many cases came from agents behind the version that was live: {version: how many}."""
    rows = Routing.objects.filter(superseded=True).order_by().values_list("policy").annotate(n=Count("*"))
    return dict(rows)
