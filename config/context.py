"""What every page's frame needs. No database: the person is already loaded."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.choices import Capability as Can
from accounts.choices import PresenceState
from accounts.models import User
from accounts.permissions import scopes_of

PRESENCES = tuple(PresenceState.choices)


@dataclass(frozen=True, slots=True)
class Link:
    """A way to a page: for whoever holds one of `needs` somewhere. `key` is its shortcut; `names` are the URL
    names (with namespace) at which it is the current page.
    """

    name: str
    label: str
    key: str
    needs: tuple[Can, ...] = ()
    names: tuple[str, ...] = ()
    menu: bool = False  # in the person's menu, not in the bar
    count: str = ""  # the URL name of a view that answers a number in plain text, for beside the label


LINKS: tuple[Link, ...] = (
    Link("reviews:queue", "My queue", "g q", (Can.CASE_VIEW, Can.CASE_CLAIM), ("reviews:case",)),
    Link("reviews:board", "Board", "g b", (Can.FLOOR_VIEW,), ("reviews:board_cases", "reviews:board_moved")),
    Link(
        "reviews:audits",
        "Audits",
        "g a",
        (Can.QUALITY_REVIEW, Can.AUDIT_ADJUDICATE, Can.LEDGER_READ, Can.AUTONOMY_EDIT),
        ("reviews:audit", "reviews:audit_draws", "reviews:audit_draw", "reviews:audit_plan"),
    ),
    Link(
        "reviews:insight",
        "Insight",
        "g h",
        (Can.INSIGHT_VIEW,),
        (
            "reviews:insight_handoffs",
            "reviews:weekly",
            "reviews:pattern",
            "reviews:attention",
            "reviews:planted",
        ),
    ),
    Link(
        "desk:autonomy",
        "Autonomy",
        "g o",
        (
            Can.INSIGHT_VIEW,
            Can.AUTONOMY_EDIT,
            Can.AUTONOMY_STOP,
            Can.POLICY_APPROVE_AI,
            Can.POLICY_APPROVE_OPS,
        ),
        ("desk:autonomy_type",),
    ),
    Link("reviews:attention", "My attention", "g y", (Can.CASE_DECIDE,), menu=True),
    Link(
        "reviews:models",
        "Models",
        "g m",
        (Can.MODEL_MANAGE, Can.POLICY_APPROVE_OPS, Can.INSIGHT_VIEW),
        ("reviews:rules",),
        menu=True,
    ),
    Link(
        "reviews:lessons",
        "Lessons",
        "g i",
        (Can.CASE_VIEW, Can.CASE_CLAIM),
        ("reviews:lesson", "reviews:write_lesson"),
        menu=True,
    ),
    Link(
        "reviews:week",
        "This week",
        "g w",
        (Can.CASE_DECIDE, Can.FLOOR_VIEW, Can.QUALITY_REVIEW, Can.POLICY_EDIT, Can.AUTONOMY_EDIT),
        ("reviews:digest",),
        menu=True,
    ),
    Link("reviews:my_corrections", "My corrections", "g l", (Can.CASE_DECIDE,), menu=True),
    Link("reviews:my_parts", "Departments' parts", "g d", (Can.CASE_CLAIM,), menu=True),
    Link(
        "desk:breaches", "Breaches", "g c", (Can.FLOOR_VIEW, Can.SLA_EDIT), ("desk:breach_clocks",), menu=True
    ),
    Link(
        "desk:tiers",
        "Tiers",
        "g t",
        (Can.SLA_EDIT,),
        ("desk:new_tier", "desk:ladder", "desk:tier", "desk:trees", "desk:edit_tree", "desk:tree"),
    ),
    Link(
        "desk:sla",
        "SLA",
        "g s",
        (Can.SLA_EDIT,),
        ("desk:policy", "desk:new_policy", "desk:calendar", "desk:new_calendar"),
    ),
    Link(
        "desk:releases",
        "Policy",
        "g p",
        (Can.POLICY_EDIT, Can.POLICY_APPROVE_AI, Can.POLICY_APPROVE_OPS),
        (
            "desk:release",
            "desk:draft",
            "desk:draft_values",
            "desk:draft_table",
            "desk:new_row",
            "desk:draft_row",
            "desk:rehearsal",
        ),
    ),
    Link(
        "people:roster",
        "People",
        "g e",
        (Can.PEOPLE_MANAGE,),
        ("people:person", "people:teams", "people:team", "people:skills", "people:skill"),
    ),
    Link(
        "desk:needs",
        "Skills asked for",
        "g k",
        (Can.SLA_EDIT,),
        ("desk:queue_needs", "desk:type_needs", "desk:category_needs"),
        menu=True,
    ),
    Link(
        "desk:roles",
        "Roles",
        "g r",
        (Can.ROLES_EDIT,),
        (
            "desk:role",
            "desk:new_role",
            "desk:rights",
            "desk:person_rights",
            "desk:agent_rights",
            "reviews:may",
        ),
    ),
    Link(
        "desk:alerts",
        "Alerts",
        "g n",
        (),
        (
            "desk:alert",
            "desk:alert_settings",
            "desk:alert_rules",
            "desk:deliveries",
            "desk:endpoints",
            "desk:new_endpoint",
            "desk:endpoint",
        ),
        count="desk:alert_count",
    ),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """`server_now` lets the browser correct its clock; `prefs` are the person's own; `links` lead to their pages."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"server_now": timezone.now(), "prefs": {}}
    links = SimpleLazyObject(lambda: links_for(request, user))  # a part of a page has no frame
    idle = settings.HANDRAIL_IDLE_LOCK_SECONDS
    return {
        "server_now": timezone.now(), "prefs": user.preferences, "links": links, "idle_lock": idle,
        "presences": PRESENCES, "demo": settings.HANDRAIL_DEMO,
    }  # fmt: skip


def links_for(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """The pages `user` may open, with which of them this is ("page"), or holds this one ("true")."""
    if getattr(user, "grant_rows", None) is None:  # an error page must not ask the database
        return []
    match = request.resolver_match
    here = match.view_name if match else ""
    return [
        {
            "url": _address(link.name), "label": link.label, "key": link.key, "menu": link.menu,
            "count": reverse(link.count) if link.count else "",
            "current": "page" if here == link.name else "true" if here in link.names else "",
        }
        for link in LINKS
        if not link.needs or any(scopes_of(user, one) for one in link.needs)
    ]  # fmt: skip


@cache
def _address(name: str) -> str:
    return reverse(name)
