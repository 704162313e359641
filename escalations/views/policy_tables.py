"""The editor of a draft: its tables as sentences, a row as a form, lint beside the row it is about."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.choices import Capability
from accounts.errors import DomainError
from accounts.views.door import door, person
from escalations.errors import NotAllowed
from escalations.models import PolicyDraft
from escalations.policy import jdm
from escalations.policy.edits import rules_of, with_row, with_row_earlier, without_row
from escalations.policy.expressions import check
from escalations.policy.lint import lint
from escalations.policy.vocabulary import ALLOCATIONS
from escalations.policy.words import ALLOCATION_WORDS, TABLE_WORDS, literal, row_words, then_words
from escalations.selectors.rehearsals import hits_of
from escalations.services.drafting import change_draft
from escalations.views import policy_form
from escalations.views.drafts import draft_of
from escalations.views.releases import everywhere, to

EDIT = (Capability.POLICY_EDIT,)


@door("GET", "HEAD", "POST", needs=EDIT)
def draft_table(request: HttpRequest, pk: int, table: str) -> HttpResponse:
    """A table as sentences. A post removes a row, moves it up, or (allocation) saves who settles what."""
    everywhere(request)
    found = draft_to_edit(pk, table)
    if request.method != "POST":
        return _table(request, found, table)
    row, document = request.POST.get("row", ""), found.document
    match request.POST.get("do", ""):
        case "remove":
            document = without_row(document, table, row)
        case "up":
            document = with_row_earlier(document, table, row)
        case "allocate" if table == "allocation":
            document = _allocated(document, request.POST)
        case _:
            return _table(request, found, table, status=422, message="Nothing was chosen.")
    return saved(request, found, document) or _again(request, found, table)


@door("GET", "HEAD", "POST", needs=EDIT)
def draft_row(request: HttpRequest, pk: int, table: str, row: str = "") -> HttpResponse:
    """One row as a form, or a new one. `step=line` asks for one more line and saves nothing."""
    everywhere(request)
    found = draft_to_edit(pk, table)
    if table == "allocation":
        raise Http404("Who settles what is changed in the table itself.")
    rows = jdm.rows(found.document["tables"][table])
    before = next((one for one in rows if one.id == row), None)
    if row and before is None:
        raise Http404("There is no such row.")
    if request.method != "POST":
        return _row(request, found, table, before, policy_form.form_of(table, before))
    form = policy_form.form_from(table, request.POST)
    if request.POST.get("step") == "line":
        form.lines.append(policy_form.Line())
        return _row(request, found, table, before, form)
    condition = policy_form.checked(table, form, found.document)
    if form.bad:
        return _row(request, found, table, before, form, status=422)
    made = policy_form.row_from(table, form, condition, before, [one.id for one in rows])
    changed = with_row(found.document, table, made)
    read = next(one for one in jdm.rows(changed["tables"][table]) if one.id == made["_id"])
    wrong = list(check(table, read))
    if wrong:
        form.wrong["written" if form.written else "text"] = "; ".join(wrong)[:300]
        return _row(request, found, table, before, form, status=422)
    refused = saved(request, found, changed)
    if refused is not None:
        return refused
    messages.success(request, "Saved in the draft.")
    return to("desk:draft_table", pk, table)


def saved(request: HttpRequest, draft: PolicyDraft, document: Mapping[str, Any]) -> HttpResponse | None:
    """Keep the document; None when that went well. What was typed on an older look is not kept."""
    edits = request.POST.get("edits", "")
    try:
        change_draft(
            draft=draft, document=document, actor=person(request),
            edits=int(edits) if edits.isascii() and edits.isdigit() and len(edits) < 9 else 0,
        )  # fmt: skip
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return to("desk:draft", draft.pk)
    return None


def _again(request: HttpRequest, draft: PolicyDraft, table: str) -> HttpResponse:
    return to("desk:draft_table", draft.pk, table)


def draft_to_edit(pk: int, table: str) -> PolicyDraft:
    """A draft that can still be changed; 404 otherwise."""
    found = draft_of(pk)
    if table not in TABLE_WORDS or found.version_id is not None or found.withdrawn_at is not None:
        raise Http404("There is nothing to edit.")
    return found


def _allocated(document: Mapping[str, Any], sent: Mapping[str, str]) -> dict[str, Any]:
    changed = dict(document)
    for rule in rules_of(document, "allocation"):
        chosen = sent.get(f"a.{rule['_id']}", "")
        if chosen in ALLOCATIONS:
            changed = with_row(changed, "allocation", {"_id": rule["_id"], "allocation": jdm.quoted(chosen)})
    return changed


def _table(
    request: HttpRequest, draft: PolicyDraft, table: str, *, status: int = 200, message: str = ""
) -> HttpResponse:
    hits, of = hits_of(draft.base)
    problems: dict[str, list[Any]] = {}
    for problem in lint(draft.document):
        if problem.table == table:
            problems.setdefault(problem.row, []).append(problem)
    known = {row.id for row in jdm.rows(draft.base.document["tables"][table])}
    rows = [
        {
            "id": row.id, "text": row.text, "when": row_words(row, draft.document["numbers"]),
            "then": then_words(table, row.outputs), "problems": problems.pop(row.id, []),
            "hits": hits.get(f"{table}:{row.id}", 0) if row.id in known else None,
            "chosen": literal(row.outputs.get("allocation", "")),
        }
        for row in jdm.rows(draft.document["tables"][table])
    ]  # fmt: skip
    context = {
        "draft": draft, "table": table, "title": TABLE_WORDS[table], "tables": TABLE_WORDS.items(), "rows": rows,
        "of": of, "whole": [one for found in problems.values() for one in found], "message": message,
        "allocations": ALLOCATION_WORDS.items(), "ordered": table == "queues",
    }  # fmt: skip
    return render(request, "escalations/policy/table.html", context, status=status)


def _row(
    request: HttpRequest, draft: PolicyDraft, table: str, before: jdm.Row | None, form: policy_form.RowForm,
    *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    outputs = [
        {
            "name": name, "label": policy_form.LABELS[name], "choices": choices, "chosen": form.outputs.get(name, ""),
            "wrong": form.wrong.get(name, ""),
        }
        for name, choices in policy_form.outputs_of(table, draft.document).items()
    ]  # fmt: skip
    context = {
        "draft": draft, "table": table, "title": TABLE_WORDS[table], "row": before, "form": form, "outputs": outputs,
        "signals": policy_form.signals_of(table), "ops": policy_form.OPS_SHOWN, "limits": policy_form.limits(),
        "words": policy_form.words_of(draft.document), "full": len(form.lines) >= policy_form.MOST,
    }  # fmt: skip
    return render(request, "escalations/policy/row.html", context, status=status)
