"""Webhooks on a screen: addresses, their log, sending again."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bandhu.integrations import actions, queries
from bandhu.integrations.forms import WebhookForm
from bandhu.platform.paging import keyset_page
from bandhu.ui.pages import render_page


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "integrations/webhooks.html", {"webhooks": queries.webhooks(request.user)})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    queries.webhooks(request.user)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("name", "url", "events")}
        try:
            webhook = actions.create_webhook(actor=request.user, **facts)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The webhook is there. Copy its secret into the receiving program."))
            return redirect("integrations:webhook", pk=webhook.pk)
    context = {"form": form, "title": _("New webhook")}
    return render(request, "integrations/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    webhook = queries.webhook_for(request.user, pk)
    kept = {name: getattr(webhook, name) for name in ("name", "url", "events", "is_active")}
    form = WebhookForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_webhook(webhook, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("integrations:webhook", pk=pk)
    rows = queries.deliveries(request.user, webhook)
    page = keyset_page(rows, ["-id"], cursor=request.GET.get("after") or request.GET.get("before"))
    context = {"form": form, "webhook": webhook, "page": page}
    status = 422 if form.errors else 200
    return render_page(request, "integrations/webhook.html", context, fragment="log", status=status)


@require_POST
def deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.delete_webhook(queries.webhook_for(request.user, pk), actor=request.user)
    messages.success(request, _("The webhook is deleted."))
    return redirect("integrations:webhooks")


@require_POST
def test(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.send_test(queries.webhook_for(request.user, pk), actor=request.user)
    messages.success(request, _("A test is on its way; its answer appears in the log below."))
    return redirect("integrations:webhook", pk=pk)


@require_POST
def replay(request: HttpRequest, pk: UUID) -> HttpResponse:
    delivery = queries.delivery_for(request.user, pk)
    actions.replay_delivery(delivery, actor=request.user)
    messages.success(request, _("On its way again."))
    return redirect("integrations:webhook", pk=delivery.webhook_id)
