"""The timeline panel of a customer's page."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bandhu.identity.scoping import require
from bandhu.interactions import actions, queries
from bandhu.interactions.forms import FilterForm, LogForm
from bandhu.interactions.views.customers import customer_for
from bandhu.platform.registries import timeline_kinds
from bandhu.ui.pages import with_toast

TEMPLATE = "interactions/timeline.html"


@require_GET
def panel(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    customer = customer_for(request, kind, pk)
    only = FilterForm(request.GET).wanted()
    page = queries.timeline(request.user, customer, only=only, cursor=request.GET.get("cursor"))
    context = {"page": page, "only": only, **_frame(request, kind, customer)}
    part = "#more" if request.GET.get("cursor") else "#entries" if request.GET.get("part") else ""
    if not part:
        context |= {"form": LogForm(), "people": queries.people_on_timeline(customer)}
    return render(request, TEMPLATE + part, context)


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
    if form.errors:
        context = {"form": form, **_frame(request, kind, customer)}
        return render(request, TEMPLATE + "#composer", context, status=422)
    page = queries.timeline(request.user, customer)
    context = {"page": page, "form": LogForm(), "only": None, **_frame(request, kind, customer)}
    context["people"] = queries.people_on_timeline(customer)
    return with_toast(render(request, TEMPLATE, context), _("Put on the timeline."))


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


def _frame(request, kind, customer):
    return {
        "kind": kind,
        "customer": customer,
        "kinds": timeline_kinds,
        "may_log": request.user.holds("interactions.log_interaction"),
        "may_remove": request.user.holds("interactions.delete_interaction"),
        "recent": queries.touched_recently(request.user, customer),
    }


def _log(request, customer, data):
    interaction = None
    if data["body"] or data["outcome"]:
        interaction = actions.log_interaction(
            customer,
            actor=request.user,
            kind=data["kind"],
            channel={"call": "phone", "mail": "mail"}.get(data["kind"], ""),
            direction=data["direction"] or "none",
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
