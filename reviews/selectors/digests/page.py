"""A digest as its page shows it: its counts with names, intervals and links, as far as the reader may know (R098)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.choices import Capability
from accounts.grants import grant_rows_of
from accounts.models import Role, Team, User
from accounts.permissions import reach, scopes_of
from escalations.autonomy.intervals import Interval, wilson
from escalations.choices import Autonomy, ErrorType, StepKind, StepState, TripCode
from escalations.models import CaseType, HandoffOutcome, Pattern
from reviews.choices import DigestPart as Part
from reviews.models import Digest, DigestRead, Lesson
from reviews.selectors.insight.figures import LEAST
from reviews.selectors.insight.weekly import title_of
from reviews.selectors.learning.fates import fates_between
from reviews.selectors.lessons.shelf import lessons_seen
from reviews.selectors.words import humanize

WEEKS = 26
LATELY = timedelta(weeks=4)
WORKED = timedelta(weeks=4)
"""Whose cases came to somebody's queues within so long are the types that they work."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line: what it is about, how many of how many, the share with its interval, and where to read on."""

    name: str
    n: int = 0
    of: int = 0
    share: Interval | None = None
    more: str = ""
    url: str = ""


def digests_seen(actor: User) -> QuerySet[Digest]:
    """Of each role that they hold, those of the clients at which they hold it; with whether they have read them."""
    seen = Q(pk__in=[])
    for row in grant_rows_of(actor):
        seen |= Q(role=row["role"]) if row["client"] is None else Q(role=row["role"], client=row["client"])
    read = DigestRead.objects.filter(digest=OuterRef("pk"), user=actor)
    return Digest.objects.filter(seen).select_related("client").annotate(read=Exists(read))


def newest_of(actor: User) -> list[Digest]:
    """The newest of each client and role, what is new to them first. Weeks of clients in different zones are over at
    different times, so these need not be of one week.
    """
    found: dict[tuple[int, str], Digest] = {}
    last = digests_seen(actor).order_by("-starts_on").first()
    if last is not None:
        lately = digests_seen(actor).filter(starts_on__gt=last.starts_on - LATELY)
        for one in lately.order_by("-starts_on", "client__name", "role"):
            found.setdefault((one.client_id, one.role), one)
    return sorted(found.values(), key=lambda one: (is_read(one) or one.empty, -one.starts_on.toordinal()))


def is_read(digest: Digest) -> bool:
    """Has the reader for whom `digests_seen` found it read it?"""
    return bool(digest.read)  # type: ignore[attr-defined]  # the annotation's own name


def role_names() -> dict[str, str]:
    """The name of each role by its slug."""
    return dict(Role.objects.values_list("slug", "name"))


def shown(digest: Digest, actor: User) -> dict[str, Any]:
    """Each part in the order of the digest: {"code", "label", and what its template shows}."""
    kinds = dict(CaseType.objects.filter(client=digest.client_id).values_list("pk", "name"))
    mine = types_of(actor, digest) & kinds.keys() or kinds.keys()
    view = _View(digest, actor, {pk: kinds[pk] for pk in kinds if pk in mine})
    parts = [Part(code) for code in digest.body["parts"]]
    return {
        "parts": [{"code": one.value, "label": str(one.label), **SHOWS[one](view)} for one in parts],
        "fewer": len(mine) < len(kinds), "types": sorted(view.kinds.values()),
    }  # fmt: skip


def types_of(actor: User, digest: Digest) -> set[int]:
    """The client's case types of which cases came to the actor's queues lately; none where nothing came."""
    came = HandoffOutcome.objects.filter(
        reach(actor, Capability.CASE_VIEW, client="client_id", queue="queue__slug", tier="tier"),
        client=digest.client_id, handed_at__gte=digest.ends_at - WORKED, handed_at__lt=digest.ends_at,
    )  # fmt: skip
    return set(came.order_by().values_list("case_type", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class _View:
    digest: Digest
    actor: User
    kinds: Mapping[int, str]

    def of(self, part: Part) -> Any:
        return self.digest.body[part.value]

    def opens(self, *needs: str) -> bool:
        """Does one of these let them open the page a line leads to?"""
        return any(scopes_of(self.actor, one) for one in needs)

    def shelf(self, **asked: Any) -> str:
        """Where lessons about that stand."""
        query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
        return f"{reverse('reviews:lessons')}?{query}" if self.opens(Capability.CASE_VIEW) else ""


def _lessons(view: _View) -> dict[str, Any]:
    """Those that are still in force; what was retired or erased since is told no more."""
    told = {UUID(one["lesson"]): one["type"] for one in view.of(Part.LESSONS) if one["type"] in view.kinds}
    rows: Mapping[UUID, Lesson] = lessons_seen(view.actor).filter(state="published").in_bulk(list(told))
    found = [
        Row(rows[pk].title, more=view.kinds[kind], url=reverse("reviews:lesson", args=[pk]))
        for pk, kind in told.items()
        if pk in rows
    ]
    return {"rows": found, "n": len(told)}


def _errors(view: _View) -> dict[str, Any]:
    body = view.of(Part.ERRORS)
    rows = [
        Row(
            f"{view.kinds[one['type']]}: {humanize(one['field']).lower()}", one["n"], body["fields"],
            more=str(ErrorType(one["error"]).label), url=view.shelf(type=one["type"], error=one["error"]),
        )
        for one in body["common"]
        if one["type"] in view.kinds
    ]  # fmt: skip
    return {"rows": rows, **{name: body[name] for name in ("decided", "corrected", "fields")}}


def _audits(view: _View) -> dict[str, Any]:
    reads = view.opens(Capability.QUALITY_REVIEW, Capability.AUDIT_ADJUDICATE, Capability.LEDGER_READ)
    rows = [
        Row(
            view.kinds[one["type"]], one["wrong"], one["n"],
            wilson(one["wrong"], one["n"]) if one["n"] >= LEAST else None,
            url=reverse("reviews:audits") if reads else view.shelf(type=one["type"]),
        )
        for one in view.of(Part.AUDITS)
        if one["type"] in view.kinds
    ]  # fmt: skip
    return {"rows": rows, "least": LEAST}


def _fates(view: _View) -> dict[str, Any]:
    digest = view.digest
    found = fates_between(view.actor, digest.client_id, digest.starts_at, digest.ends_at)
    said = {"exported": sum(one.exported.startswith("In dataset") for one in found),
            "learned": sum(one.model.startswith(("In model", "Kept back")) for one in found),
            "gone": sum(bool(one.gone) and not one.open for one in found),
            "open": sum(one.open for one in found)}  # fmt: skip
    return {"n": len(found), **said, "url": reverse("reviews:my_corrections")}


def _handoffs(view: _View) -> dict[str, Any]:
    body, digest = view.of(Part.HANDOFFS), view.digest
    last = digest.starts_on + timedelta(days=6)
    query = f"?client={digest.client.slug}&since={digest.starts_on}&until={last}"
    known = body["known"]
    return {
        **body, "share": wilson(body["successes"], known) if known >= LEAST else None, "least": LEAST,
        "url": reverse("reviews:insight") + query if view.opens(Capability.INSIGHT_VIEW) else "",
    }  # fmt: skip


def _patterns(view: _View) -> dict[str, Any]:
    """As they stand now: whoever took one on since is named. Leads see each other's names on the review as well."""
    told = {UUID(one["pattern"]): one["n"] for one in view.of(Part.PATTERNS)}
    around = Pattern.objects.select_related("case_type", "owner")
    opens = view.opens(Capability.INSIGHT_VIEW)
    found = around.filter(pk__in=list(told), case_type__in=list(view.kinds)).order_by("position")
    rows = [
        Row(
            title_of(one), told[one.pk], more=_owned(one),
            url=reverse("reviews:pattern", args=[one.pk]) if opens else "",
        )
        for one in found
    ]  # fmt: skip
    return {"rows": rows}


def _owned(pattern: Pattern) -> str:
    who = pattern.owner.short_name if pattern.owner else "nobody"
    return f"{who}, {pattern.get_state_display().lower()}"


def _attention(view: _View) -> dict[str, Any]:
    body = view.of(Part.ATTENTION)
    names = dict(Team.objects.filter(pk__in=[one["team"] for one in body["teams"]]).values_list("pk", "name"))
    rows = [
        Row(names[one["team"]], one["missed"], one["planted"], wilson(one["missed"], one["planted"]))
        for one in body["teams"]
        if one["team"] in names
    ]
    return {"rows": rows, "small": body["small"], "weeks": body["weeks"], "url": reverse("reviews:attention")}


def _reading(view: _View) -> dict[str, Any]:
    body = view.of(Part.READING)
    return {**body, "share": wilson(body["differed"], body["read"]), "url": reverse("reviews:audits")}


def _autonomy(view: _View) -> dict[str, Any]:
    body = view.of(Part.AUTONOMY)
    releases = view.opens(Capability.POLICY_EDIT, Capability.POLICY_APPROVE_AI, Capability.POLICY_APPROVE_OPS)
    levels = [
        Row(
            _kind(view, one["type"]),
            more=f"from {_level(one['before'])} to {_level(one['after'])}",
            url=_at(one["type"]),
        )
        for one in body["levels"]
    ]
    steps = [
        Row(_kind(view, one["type"]), more=f"{StepKind(one['kind']).label} to {Autonomy(one['level']).label.lower()}: "
            f"{StepState(one['state']).label.lower()}", url=_at(one["type"]))
        for one in body["steps"]
    ]  # fmt: skip
    trips = [
        Row(_kind(view, one["type"]), more=str(TripCode(one["code"]).label) + (", goes on" if one["resumed"] else ""),
            url=_at(one["type"]))
        for one in body["trips"]
    ]  # fmt: skip
    policies = [
        Row(f"v{number}", url=reverse("desk:release", args=[number]) if releases else "")
        for number in body["policies"]
    ]
    return {
        "levels": levels,
        "steps": steps,
        "trips": trips,
        "policies": policies,
        "issued": body["issued"],
        "ended": body["ended"],
    }


def _kind(view: _View, pk: int) -> str:
    """The type's name, whether or not its cases come to the reader."""
    return view.kinds.get(pk) or CaseType.objects.values_list("name", flat=True).get(pk=pk)


def _level(code: str) -> str:
    return str(Autonomy(code).label).lower()


def _at(pk: int) -> str:
    return reverse("desk:autonomy_type", args=[pk])


SHOWS = {
    Part.LESSONS: _lessons, Part.ERRORS: _errors, Part.AUDITS: _audits, Part.FATES: _fates,
    Part.HANDOFFS: _handoffs, Part.PATTERNS: _patterns, Part.ATTENTION: _attention, Part.READING: _reading,
    Part.AUTONOMY: _autonomy,
}  # fmt: skip
