"""The timeline panel of a customer's page."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bandhu.identity.scoping import require
from bandhu.interactions import actions, queries
from bandhu.interactions.forms import FilterForm, LogForm
from bandhu.interactions.views.customers import customer_for, seen_customer
from bandhu.platform.record_parts import record_part
from bandhu.platform.registries import timeline_kinds
from bandhu.ui.addresses import record_address
from bandhu.ui.pages import with_toast

PARTS = "interactions/timeline.html"


@require_GET
def interaction(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Leads to it: on the timeline of its customer, whose page is where it is read."""
    found = queries.interaction_for(request.user, pk)
    kind = "contact" if found.contact_id else "company"
    return redirect(f"{reverse(f'customers:{kind}', args=[found.contact_id or found.company_id])}#entry-{pk}")


@require_GET
def panel(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    customer = seen_customer(request, kind, pk)
    part = request.GET.get("part")
    if part == "people":
        people = queries.people_on_timeline(request.user, customer)
        return render(request, "interactions/_people.html", {"people": people})
    only = FilterForm(request.GET).wanted()
    cursor = request.GET.get("cursor")
    page = queries.timeline(request.user, customer, only=only, cursor=cursor)
    context = {"page": page, "only": only, **_frame(request, kind, customer)}
    if cursor or part:
        queries.add_what_is_shown(request.user, page.items, with_contact=kind == "company")
        return render(request, f"{PARTS}#{'more' if cursor else 'entries'}", context)
    return _whole(request, kind, customer, context)


@require_POST
def logging(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    customer = customer_for(request, kind, pk)
    require(request.user, "interactions.log_interaction", customer)
    form = LogForm(request.POST)
    if form.is_valid():
        try:
            _log(request, customer, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
    context = _frame(request, kind, customer)
    if form.errors:
        return render(request, "interactions/_composer.html", {"form": form, **context}, status=422)
    context |= {"page": queries.timeline(request.user, customer), "only": None}
    return with_toast(_whole(request, kind, customer, context), _("Put on the timeline."))


@require_POST
def removal(request: HttpRequest, pk: UUID) -> HttpResponse:
    interaction = queries.interaction_for(request.user, pk)
    actions.remove_interaction(interaction, actor=request.user)
    return with_toast(
        HttpResponse(),
        _("Taken off the timeline."),
        action_label=_("Undo"),
        action_url=reverse("interactions:restoration", args=[pk]),
    )


@require_POST
def restoration(request: HttpRequest, pk: UUID) -> HttpResponse:
    interaction = queries.removed_interaction_for(request.user, pk)
    actions.restore_interaction(interaction, actor=request.user)
    return with_toast(HttpResponse(), _("Back on the timeline."))


def _whole(request, kind, customer, context):
    """The panel with its form, its filter and the first page."""
    page = context["page"]
    queries.add_what_is_shown(request.user, page.items, with_contact=kind == "company")
    context["recent"] = queries.touched_recently(
        request.user, customer, page=None if context["only"] else page
    )
    # Drawn once and kept: the form is made only where it is not known yet.
    context["form"] = SimpleLazyObject(LogForm)
    return record_part(request, PARTS, context, kind=kind, record=customer, title=_("Timeline"))


def _frame(request, kind, customer):
    return {
        "kind": kind,
        "pk": customer.pk,
        "address": record_address(f"interactions:{kind}_timeline", customer.pk),
        "kinds": timeline_kinds,
        "may_log": request.user.holds("interactions.log_interaction"),
        "may_remove": request.user.holds("interactions.delete_interaction"),
    }


def _log(request, customer, data):
    interaction = None
    if data["body"] or data["outcome"]:
        interaction = actions.log_interaction(
            customer,
            actor=request.user,
            kind=data["kind"],
            channel={"call": "phone", "mail": "mail"}.get(data["kind"], ""),
            direction="none" if data["kind"] == "note" else data["direction"] or "none",
            body=data["body"],
            outcome=data["outcome"],
            occurred_at=data["occurred_at"],
            seconds=data["minutes"] * 60 if data["minutes"] else None,
        )
    if data["next_what"]:
        actions.plan_follow_up(
            customer,
            actor=request.user,
            what=data["next_what"],
            kind=data["next_kind"] or "task",
            due_at=data["next_due_at"],
            interaction=interaction,
        )
