"""How the help centre looks, and whether a customer may use the portal."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bandhu.customers.queries import contact_for
from bandhu.identity.scoping import require_anywhere
from bandhu.knowledge import actions, queries
from bandhu.knowledge.forms import HelpCentreForm
from bandhu.platform.public_url import absolute
from bandhu.ui.pages import see_other

MANAGE = "knowledge.manage_help_centre"


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    brand = queries.help_centre()
    form = HelpCentreForm(
        request.POST if request.method == "POST" else None, request.FILES or None, brand=brand
    )
    if request.method == "POST":
        try:
            actions.change_help_centre(actor=request.user, **form.values())
            if sent := request.FILES.get("logo"):
                actions.set_logo(actor=request.user, name=sent.name or "", content=sent.chunks())
            elif "remove_logo" in request.POST:
                actions.set_logo(actor=request.user)
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("knowledge:settings"))
    context = {
        "form": form,
        "brand": brand,
        "meaning": queries.meaning_state(request.user),
        "address": absolute(reverse("knowledge:help")),
        "portal_address": absolute(reverse("knowledge:portal")),
    }
    return render(request, "knowledge/settings.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def contact_portal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The panel on a contact's page: since when they use the portal; POST shuts them out or (`open`) lets them in."""
    contact = contact_for(request.user, pk)
    account = queries.accounts_of_contact(request.user, contact.pk).first()
    if request.method == "POST":
        require_anywhere(request.user, "knowledge.manage_portal")
        account = account or actions.account_of(contact)
        actions.block_account(actor=request.user, account=account, is_blocked="open" not in request.POST)
        account.refresh_from_db()
    context = {
        "contact": contact,
        "account": account,
        "may_manage": request.user.holds("knowledge.manage_portal"),
    }
    return render(request, "knowledge/contact_portal.html", context)
