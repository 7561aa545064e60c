"""What of an order may still change."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bandhu.identity.scoping import require
from bandhu.platform.comparison_pages import chosen, comparison_page, sent_version
from bandhu.platform.conflicts import EditConflict
from bandhu.quotes import actions, queries
from bandhu.quotes.forms import OrderForm
from bandhu.ui.pages import see_other


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whose it is, and its own fields; compared with the version the form was made from."""
    record = queries.order_for(request.user, pk)
    require(request.user, "quotes.change_order", record)
    initial = OrderForm.values_of(record)
    sent = [request.POST, request.FILES] if request.method == "POST" else []
    form = OrderForm(*sent, initial=initial, user=request.user)
    if sent:
        try:
            actions.change_order(
                record, actor=request.user, version=sent_version(request), **chosen(request, form.values())
            )
        except ValidationError as problem:
            form.take_errors(problem)
        except EditConflict as conflict:
            return comparison_page(request, "order", record, conflict)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("quotes:order", args=[pk]))
    context = {
        "form": form,
        "record": record,
        "version": request.POST.get("version") or record.version,
    }
    return render(request, "quotes/orders/form.html", context, status=422 if form.errors else 200)
