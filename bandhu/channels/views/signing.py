"""The keys mails are signed with, on a screen: made, shown as DNS wants them, put to use."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.channels import actions, queries
from bandhu.identity.scoping import require_anywhere

MANAGE = "channels.manage_accounts"


@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    if request.method == "POST":
        try:
            actions.make_signing_key(actor=request.user, domain=request.POST.get("domain", ""))
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        else:
            messages.success(request, _("The key is made. Put its text into the DNS, then let it sign."))
        return redirect("channels:signing_keys")
    found = list(queries.signing_keys(request.user))
    known = {one.domain for one in found}
    without = [one for one in queries.domains_of_mailboxes(request.user) if one not in known]
    return render(request, "channels/accounts/signing.html", {"keys": found, "without": without})


@require_POST
def use(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign with it from now on, or no more where `stop` is sent."""
    require_anywhere(request.user, MANAGE)
    key = queries.signing_key_for(request.user, pk)
    actions.use_signing_key(key, actor=request.user, is_active="stop" not in request.POST)
    messages.success(request, _("Saved."))
    return redirect("channels:signing_keys")
