"""Roles as a matrix whose cells hold scopes; each role's page, with a look at the difference before it is saved."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.choices import Capability
from accounts.errors import Conflict, DomainError, Invalid
from accounts.models import Role
from accounts.services.role_edit import RoleChange, change_role, create_role, delete_role, difference
from accounts.views.door import door, person, proven
from escalations.selectors.roles import matrix, places, role_page

EDIT = (Capability.ROLES_EDIT,)


@door("GET", "HEAD", needs=EDIT)
def roles(request: HttpRequest) -> HttpResponse:
    """Every capability against every role."""
    return render(request, "escalations/roles/matrix.html", {"m": matrix(), "places": places()})


@door("GET", "HEAD", "POST", needs=EDIT)
def new_role(request: HttpRequest) -> HttpResponse:
    """A role of the desk's own: looked at first, then saved."""
    role = Role(slug=request.POST.get("slug", "").strip(), name="", max_tier=1, version=0)
    if request.method != "POST":
        return _form(request, role, _as_is(role))
    return _post(request, role, new=True)


@door("GET", "HEAD", "POST", needs=EDIT)
def role(request: HttpRequest, slug: str) -> HttpResponse:
    """One role: what it allows and where. A post shows the difference; a second one, `step=save`, makes it so."""
    found = Role.objects.filter(slug=slug).first()
    if found is None:
        raise Http404("There is no such role.")
    if request.method != "POST":
        return _form(request, found, _as_is(found))
    return _post(request, found, new=False)


@door("POST", needs=EDIT)
@proven
def remove_role(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete a role that nobody ever held."""
    found = Role.objects.filter(slug=slug).first()
    if found is None:
        raise Http404("There is no such role.")
    try:
        delete_role(role=found, actor=person(request))
    except Conflict as error:
        messages.error(request, error.message)
        return HttpResponseRedirect(reverse("desk:role", args=[slug]), status=303)
    messages.success(request, f"{found.name} deleted.")
    return HttpResponseRedirect(reverse("desk:roles"), status=303)


def _post(request: HttpRequest, role: Role, *, new: bool) -> HttpResponse:
    try:
        change = _sent(request)
        if request.POST.get("step") == "save":
            return _save(request, role, change, new=new)
        return _form(request, role, change, difference=difference(role, change))
    except DomainError as error:
        named = error.errors if isinstance(error, Invalid) else {}
        shown = _sent(request, strict=False)
        return _form(
            request, role, shown, status=error.status, message=error.message, errors=named,
            version=error.extra.get("version"),
        )  # fmt: skip


@proven
def _save(request: HttpRequest, role: Role, change: RoleChange, *, new: bool) -> HttpResponse:
    actor = person(request)
    if new:
        made = create_role(slug=role.slug, change=change, actor=actor)
    else:
        made = change_role(role=role, change=change, version=_number(request, "version"), actor=actor)
    messages.success(request, f"{made.name} saved. It holds from everybody's next request on.")
    return HttpResponseRedirect(reverse("desk:role", args=[made.slug]), status=303)


def _form(
    request: HttpRequest, role: Role, change: RoleChange, *, status: int = 200, **context: Any
) -> HttpResponse:
    page = role_page(role, change)
    whole = {"role": role, "p": page, "places": places(), "version": role.version} | {
        name: value for name, value in context.items() if value is not None
    }
    return render(request, "escalations/roles/role.html", whole, status=status)


def _as_is(role: Role) -> RoleChange:
    return RoleChange(role.name, role.description, role.max_tier, tuple(role.capabilities), role.cells)


def _sent(request: HttpRequest, *, strict: bool = True) -> RoleChange:
    """The form as it was sent. Invalid for a tier that is no number."""
    post = request.POST
    chosen = tuple(one for one in Capability.values if post.get(f"c.{one}"))
    cells: dict[str, dict[str, Any]] = {}
    for one in chosen:
        tier = post.get(f"tier.{one}", "")
        cells[one] = {
            "clients": [int(pk) for pk in post.getlist(f"clients.{one}") if pk.isdigit()],
            "queues": post.getlist(f"queues.{one}"),
            "max_tier": int(tier) if tier.isdigit() else None,
        }
    return RoleChange(
        name=post.get("name", "")[:80], description=post.get("description", "")[:300],
        max_tier=_number(request, "max_tier", strict=strict), capabilities=chosen, cells=cells,
    )  # fmt: skip


def _number(request: HttpRequest, name: str, *, strict: bool = True) -> int:
    sent = request.POST.get(name, "")
    if sent.isascii() and sent.isdigit() and len(sent) < 9:
        return int(sent)
    if strict:
        raise Invalid("A number is missing.", {name: "This must be a number."})
    return 1
