"""Decision trees: who follows which, the editor with its check and trial, versions and what they changed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from accounts.choices import Capability
from accounts.errors import Conflict, DomainError, Invalid
from accounts.models import Client
from accounts.views.door import door, person
from escalations.models import CaseType, DecisionTree, Queue
from escalations.selectors.trees import IN_FORCE, desk, history, live_tree
from escalations.services.tiers import may_edit
from escalations.services.trees import publish_tree, retire_tree
from escalations.trees import Problem, TreeFacts, Walk, check, walk
from escalations.trees.draw import differences, drawn
from escalations.trees.shipped import default_tree
from escalations.trees.words import ASKS, RISKS, SCHEMA
from escalations.views import tree_form

EDIT = (Capability.SLA_EDIT,)


@door("GET", "HEAD", needs=EDIT)
def trees(request: HttpRequest) -> HttpResponse:
    """Every tree in force, everybody's first; and where one of its own could be made."""
    live = DecisionTree.objects.filter(IN_FORCE).select_related("client", "case_type", "created_by")
    found = sorted(live, key=lambda t: (t.client_id is not None, str(t.client or ""), str(t.case_type or "")))
    types = CaseType.objects.filter(is_active=True).select_related("client").order_by("client__name", "name")
    context = {"trees": found, "clients": Client.objects.all(), "types": types}
    return render(request, "escalations/trees/list.html", context)


@door("GET", "HEAD", "POST", needs=EDIT)
def edit_tree(request: HttpRequest) -> HttpResponse:
    """The tree of one reach (?client=slug&type=slug): its questions as rows. Each button posts the whole table."""
    client, case_type = _reach(request.GET)
    may_edit(person(request), client)
    live = live_tree(client.pk if client else None, case_type.pk if case_type else None)
    if request.method != "POST":
        copied = live or live_tree(client.pk if client else None, None) or live_tree(None, None)
        return _editor(request, client, case_type, live, copied.document if copied else default_tree())
    document = tree_form.document_of(request.POST)
    step = request.POST.get("step", "check")
    if step == "publish":
        return _publish(request, client, case_type, live, document)
    if step == "try":
        return _try(request, client, case_type, live, document)
    problems = check(document, desk(client.pk if client else None)) if step == "check" else []
    status = 422 if problems else 200
    return _editor(
        request, client, case_type, live, document, problems=problems, status=status, checked=step == "check"
    )


@door("GET", "HEAD", needs=EDIT)
def tree(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its drawing, and what it and the others of its reach changed."""
    found = _version(request, pk)
    versions = history(found.client_id, found.case_type_id)
    pairs = zip(versions, [*versions[1:], None], strict=True)
    told = [(one, differences(before.document, one.document) if before else []) for one, before in pairs]
    context = {"tree": found, "drawing": drawn(found.document), "versions": told}
    return render(request, "escalations/trees/version.html", context)


@door("POST", needs=EDIT)
def end_tree(request: HttpRequest, pk: int) -> HttpResponse:
    """End a client's or type's own tree: the wider one holds again."""
    try:
        retire_tree(tree=_version(request, pk), actor=person(request))
        messages.success(request, "The tree is not in force any more; the wider one holds from now on.")
    except Conflict as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("desk:trees"), status=303)


def _publish(
    request: HttpRequest,
    client: Client | None,
    case_type: CaseType | None,
    live: DecisionTree | None,
    document: Any,
) -> HttpResponse:
    based = request.POST.get("based_on", "")
    based_on = int(based) if based.isascii() and based.isdigit() and len(based) < 9 else 0
    note = request.POST.get("note", "").replace("\x00", "").strip()[:300]
    try:
        made = publish_tree(
            document=document,
            actor=person(request),
            client=client,
            case_type=case_type,
            based_on=based_on,
            note=note,
        )
    except DomainError as error:
        problems = error.extra.get("problems", []) if isinstance(error, Invalid) else []
        return _editor(
            request,
            client,
            case_type,
            live,
            document,
            problems=problems,
            status=error.status,
            message=error.message,
        )
    messages.success(request, f"Version {made.number} is in force: new cases follow it from now on.")
    return HttpResponseRedirect(reverse("desk:tree", args=[made.pk]), status=303)


def _try(
    request: HttpRequest,
    client: Client | None,
    case_type: CaseType | None,
    live: DecisionTree | None,
    document: Any,
) -> HttpResponse:
    """Follow the tree with a made-up case; a tree with problems cannot be followed."""
    facts, wrong = tree_form.facts_of(request.POST)
    problems = check(document, desk(client.pk if client else None))
    found = None if problems or wrong else walk(document, facts)
    status = 422 if problems or wrong else 200
    return _editor(
        request, client, case_type, live, document, problems=problems, status=status, found=found, wrong=wrong,
        message="" if not problems else "A tree with problems cannot be tried.",
    )  # fmt: skip


def _editor(
    request: HttpRequest, client: Client | None, case_type: CaseType | None, live: DecisionTree | None, document: Any,
    *, problems: list[Problem] | None = None, status: int = 200, found: Walk | None = None,
    wrong: dict[str, str] | None = None, message: str = "", checked: bool = False,
) -> HttpResponse:  # fmt: skip
    place, problems = desk(client.pk if client else None), problems or []
    names = dict(Queue.objects.values_list("slug", "name"))
    path = (
        frozenset((step.node, step.answer) for step in found.path) if found else frozenset[tuple[str, str]]()
    )
    context = {
        "client": client, "case_type": case_type, "live": live, "message": message, "checked": checked,
        "rows": tree_form.rows_of(document, problems), "questions": tree_form.questions(),
        "ways": tree_form.ways(document, place, names), "words": _words(place), "problems": problems,
        "trial": _trial(request, document, place, wrong or {}), "found": found,
        "ends": names.get(found.queue, "The queue that policy chose") if found else "",
        "drawing": drawn(document, path), "note": request.POST.get("note", ""),
        "based_on": request.POST.get("based_on", live.number if live else 0),
    }  # fmt: skip
    return render(request, "escalations/trees/editor.html", context, status=status)


def _trial(request: HttpRequest, document: Any, place: Any, wrong: dict[str, str]) -> list[dict[str, Any]]:
    """The fields of the trial: (name, label, value, choices or none, what is wrong)."""
    lists = {
        "severity": ["1", "2", "3", "4"], "tier": ["1", "2", "3"], "risk": list(RISKS), "queue": sorted(place.queues),
        "type": sorted(place.words["types"]), "client": sorted(place.words["clients"]),
        "channel": sorted(place.words["channels"]),
    }  # fmt: skip
    labels = {"departments": "Departments, with commas", "reasons": "Reasons, with commas"}
    plain = TreeFacts()
    return [
        {
            "name": name, "label": labels.get(name) or ASKS[name].label, "choices": lists.get(name, []),
            "value": request.POST.get(f"try.{name}") or _plain(getattr(plain, name)), "wrong": wrong.get(name, ""),
        }
        for name in tree_form.tried(document)
    ]  # fmt: skip


def _plain(value: Any) -> str:
    return "" if value in (None, ()) else str(value)


def _words(place: Any) -> list[str]:
    return sorted({*place.queues, *RISKS, *(word for words in place.words.values() for word in words)})


def _reach(query: QueryDict) -> tuple[Client | None, CaseType | None]:
    """The client and case type of an address; 404 for one that is not there."""
    slug, kind = query.get("client", ""), query.get("type", "")
    client = Client.objects.filter(slug=slug).first() if slug else None
    case_type = CaseType.objects.filter(client=client, slug=kind).first() if client and kind else None
    if (slug and client is None) or (kind and case_type is None):
        raise Http404("There is no such client or case type.")
    return client, case_type


def _version(request: HttpRequest, pk: int) -> DecisionTree:
    found = DecisionTree.objects.select_related("client", "case_type", "created_by").filter(pk=pk).first()
    if found is None or found.document.get("schema") != SCHEMA:
        raise Http404("There is no such tree.")
    may_edit(person(request), found.client)
    return found
