"""The page of a contact or company, and its parts."""

import json
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bandhu.customers import actions, queries
from bandhu.customers.column_words import COLUMN_WORDS
from bandhu.customers.history_pages import history_page
from bandhu.customers.views.sides import SIDES, record_of
from bandhu.identity.masking import masked, reveal_field
from bandhu.identity.results import MergedInto
from bandhu.platform.file_types import safe_file_name
from bandhu.platform.languages import language
from bandhu.platform.record_parts import record_part
from bandhu.platform.registries import panels_for, record_actions_for
from bandhu.ui.addresses import record_address
from bandhu.ui.pages import is_fragment_request

PARTS = ("head", "reach", "details", "around", "tags")
# Fields edited in place on the page, in this order; the rest is in the form.
SHOWN = {
    "contact": (
        "company", "lifecycle", "owner", "team", "job_title", "department", "form_of_address", "language", "time_zone",
        "preferred_channel", "birthday", "source",
    ),
    "company": (
        "parent", "lifecycle", "owner", "team", "industry", "website", "employees", "registration_number", "legal_name",
        "language", "time_zone", "preferred_channel", "source",
    ),
}  # fmt: skip


@require_safe
def record(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    side = SIDES[kind]
    try:
        card = side.card(request.user, pk)
    except MergedInto as merged:
        return redirect(side.url("", merged.record_id))
    part = request.GET.get("part")
    context = _context(request, kind, card)
    if part in PARTS and is_fragment_request(request):
        return render(request, f"customers/records/record.html#{part}", context)
    main = panels_for(request.user, kind, "main")
    wanted = request.GET.get("tab")
    context["panels"] = main
    context["open_panel"] = next((one for one in main if one.name == wanted), main[0] if main else None)
    context["side_panels"] = panels_for(request.user, kind, "side")
    context["panel_names"] = [one.name for one in (*main, *context["side_panels"])]
    return render(request, "customers/records/record.html", context)


@require_safe
def history(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    _side, found = record_of(request, kind, pk)
    return history_page(request, kind, found)


@require_safe
def people(request: HttpRequest, pk: UUID) -> HttpResponse:
    _side, company = record_of(request, "company", pk)
    context = {"people": queries.people_of(request.user, company)[:200], "company": company}
    return record_part(
        request, "customers/records/people.html", context, kind="company", record=company, title=_("People")
    )


@require_safe
def tree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The companies above and below one."""
    side, company = record_of(request, "company", pk)
    context = {"side": side, "company": company, "tree": queries.company_tree(request.user, company)}
    return render(request, "customers/companies/tree.html", context)


@require_POST
def reveal(request: HttpRequest, kind: str, pk: UUID, name: str) -> HttpResponse:
    """Show a hidden value once; the look is written down."""
    if name != "national_id" or kind != "contact":
        raise Http404
    _side, found = record_of(request, kind, pk)
    value = reveal_field(found, actor=request.user, field=name)
    return render(request, "customers/records/revealed.html", {"value": value})


@require_POST
def personal_data(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything known about the person, as a file; by POST, since the trail remembers it."""
    _side, contact = record_of(request, "contact", pk)
    data = actions.export_personal_data(contact, actor=request.user)
    content = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = content_disposition_header(True, f"{safe_file_name(str(contact))}.json")
    response["Cache-Control"] = "private, no-store"
    return response


def _context(request: HttpRequest, kind: str, card) -> dict:
    side, user, found = SIDES[kind], request.user, card.record
    head_actions = record_actions_for(user, kind)
    shown = [value_line(user, side, found, name) for name in SHOWN[kind]]
    return {
        "card": card,
        "record": found,
        "pk": found.pk,
        "page_url": record_address(side.at["page"], found.pk),
        "side": side,
        "head_actions": head_actions,
        "writes_here": any(one.name == "mail" for one in head_actions),
        "kind": kind,
        "fields": [*shown, *queries.custom_lines(user, found, kind)],
        "notes": [value_line(user, side, found, name) for name in ("note", "culture_note")],
        "speaks": language(found.language).own_name if found.language else "",
        "prefers": queries.CHANNELS.get(found.preferred_channel, found.preferred_channel),
        "local_time": queries.local_time_of(found),
    }


def value_line(user, side, found, name: str) -> dict:
    """One value of the details, in words for the reader."""
    if name.startswith("custom."):
        return next(line for line in queries.custom_lines(user, found, side.name) if line["name"] == name)
    value = getattr(found, name)
    if value not in (None, "") and name in COLUMN_WORDS:
        value = COLUMN_WORDS[name](value)
    if name == "national_id":
        value = masked(user, found, value, "national_id")
    return {
        "name": name,
        "label": side.form.base_fields[name].label,
        "value": "" if value is None else value,
        "may_change": True,
    }
