"""Signing in at a provider for a mailbox, and the providers themselves."""

from __future__ import annotations

import hmac
from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.channels import actions, queries
from bandhu.channels.forms import ProviderForm
from bandhu.channels.kept_words import SERVER_SENTENCES
from bandhu.channels.oauth import OAuthError, Pending, departure, exchanged
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.public_url import absolute

USE, MANAGE = "channels.use_own_account", "channels.manage_accounts"
_KEPT = "channels.sign_in_at_provider"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    context = {"providers": queries.providers(request.user)}
    return render(request, "channels/accounts/providers.html", context)


@require_http_methods(["GET", "POST"])
def provider(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """A new one, or one that is there."""
    require_anywhere(request.user, MANAGE)
    found = queries.provider_for(request.user, pk) if pk else None
    form = ProviderForm(request.POST or None, provider=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_provider(found, actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("channels:providers")
    context = {"form": form, "provider": found, "back": absolute(reverse("channels:account_signed_in"))}
    status = 422 if request.method == "POST" else 200
    return render(request, "channels/accounts/provider.html", context, status=status)


@require_POST
def deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    actions.delete_provider(queries.provider_for(request.user, pk), actor=request.user)
    messages.success(request, _("Removed."))
    return redirect("channels:providers")


@require_POST
def sign_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Off to the provider of a mailbox."""
    require_anywhere(request.user, USE)
    account = queries.account_for(request.user, pk)
    if account.provider is None:
        messages.error(request, _("This mailbox is entered with a password."))
        return redirect("channels:account", pk=pk)
    address, pending = departure(account, account.provider, absolute(reverse("channels:account_signed_in")))
    request.session[_KEPT] = asdict(pending)
    return redirect(address)


@require_safe
def signed_in(request: HttpRequest) -> HttpResponse:
    """Back from the provider: what it gives is kept for the mailbox for which we left, once."""
    require_anywhere(request.user, USE)
    kept = request.session.pop(_KEPT, None)
    if not kept or not hmac.compare_digest(kept["state"].encode(), request.GET.get("state", "").encode()):
        messages.error(request, _("This answer of the provider belongs to no sign-in of yours. Begin again."))
        return redirect("channels:accounts")
    pending = Pending(**kept)
    account = queries.account_for(request.user, pending.account)
    code = request.GET.get("code", "")
    try:
        if account.provider is None or not code:
            raise OAuthError("consent", request.GET.get("error", ""))
        tokens = exchanged(account.provider, code, pending)
    except OAuthError as error:
        words = {
            "consent": _("The provider did not let us into the mailbox. Nothing was changed."),
            "client": SERVER_SENTENCES["client"],
            "provider": _("The provider's sign-in does not answer as it should. Try again later."),
        }
        messages.error(request, words[error.code])
    else:
        actions.sign_account_in(account, actor=request.user, tokens=tokens)
        messages.success(request, _("Signed in. Try it out now."))
    return redirect("channels:account", pk=account.pk)
