"""Django's part: the ticket, and the same answers for browsers whose stream does not come through."""

from collections.abc import Iterable

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from accounts import tickets
from accounts.choices import Capability as Can
from accounts.models import User
from accounts.permissions import scopes_of
from accounts.services.presence import seen
from accounts.views.door import door, person
from escalations.models import Queue

STATE = """
SELECT (SELECT json_object_agg(queue_id, last) FROM
          (SELECT queue_id, max(id) AS last FROM escalations_backlog GROUP BY queue_id) queues),
       (SELECT coalesce(sum(c.version), 0) FROM escalations_hold h JOIN escalations_case c ON c.id = h.case_id
        WHERE h.holder_id = %s),
       (SELECT json_object_agg(id, version) FROM escalations_case WHERE id = ANY (%s::uuid[]))
"""
"""The newest change of each queue's count, what they hold, and the versions of the cases they look at."""


@door("GET")
def ticket(request: HttpRequest) -> HttpResponse:
    """A ticket for what they may hear now, and where the live process answers ("" is here).

    Every page comes for one every few minutes and says how many milliseconds ago somebody last used it or another tab:
    so whoever reads the board is there, and a tab left open is not.
    """
    actor = person(request)
    if (
        (used := request.GET.get("used", "")).isascii() and used.isdecimal() and len(used) < 9
    ):  # no longer than a day ago
        seen(actor, ago=int(used) / 1000)
    text = tickets.issue(
        person=actor.pk, name=actor.short_name, session_key=request.session.session_key or "",
        origin=f"{request.scheme}://{request.get_host()}", topics=topics_of(actor),
    )  # fmt: skip
    return JsonResponse({"ticket": text, "base": settings.HANDRAIL_LIVE_URL, "me": actor.pk})


@door("GET")
def versions(request: HttpRequest) -> HttpResponse:
    """What the live process answers at the same path, from the database: one statement. 403: get a new ticket."""
    given = tickets.read(request.GET.get("t", ""), tickets.POLL_SECONDS)
    if given is None or given.person != person(request).pk:
        return HttpResponse(status=403)
    passes = request.GET.getlist("c")[:40]
    cases = [case for one in passes if (case := tickets.case_in(given.session, one))]
    found = _state(given, cases)
    answer = JsonResponse(found, headers={"Cache-Control": "private, no-cache"})
    tag = f'"{hash(tuple(found.items())) & 0xFFFFFFFF:x}"'
    answer["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=answer) or answer


@door("GET")
def stream(request: HttpRequest) -> HttpResponse:
    """No stream here: the browser polls. Reached only where nothing routes this path to the live process."""
    return HttpResponse(status=204)


@door("GET")
def hear(request: HttpRequest) -> HttpResponse:
    """Who else looks is known to the live process only; the lease protects without it."""
    return JsonResponse({"others": []})


def topics_of(actor: User) -> list[str]:
    """What `actor` may hear: their own, the board, and the queues that a role of theirs reaches."""
    own = [f"me:{actor.pk}", f"alerts:{actor.pk}", f"plants:{actor.pk}"]
    board = ["board"] if scopes_of(actor, Can.FLOOR_VIEW) else []
    reached = Q(pk__in=[])
    for capability in (Can.CASE_BROWSE, Can.CASE_CLAIM):
        for scope in scopes_of(actor, capability):
            here = Q(tier__lte=scope.max_tier)
            reached |= here if scope.queues is None else here & Q(slug__in=sorted(scope.queues))
    queues = Queue.objects.filter(reached).order_by("pk").values_list("pk", flat=True)
    return [*own, *board, *(f"queue:{pk}" for pk in queues)]


def _state(given: tickets.Ticket, cases: Iterable[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(STATE, [given.person, list(cases)])
        queues, held, seen = cursor.fetchone()
    moves: dict[str, int] = queues or {}
    minutes = int(timezone.now().timestamp()) // 60  # notices: looked at once a minute
    own = {"me": held, "alerts": minutes, "plants": minutes, "board": sum(moves.values()) + held}
    found = {}
    for topic in given.topics:
        kind, _, key = topic.partition(":")
        found[topic] = own.get(kind, moves.get(key, 0))
    return found | {f"case:{case}": version for case, version in (seen or {}).items()}
