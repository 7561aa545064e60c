"""Mail accounts on a screen: setting up, trying out."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.channels import actions, queries
from bandhu.channels.checking import try_account
from bandhu.channels.copy_addresses import copy_address
from bandhu.channels.forms import AccountForm, NewSharedAccountForm
from bandhu.identity.scoping import require_anywhere
from bandhu.ui.formats import current_reader, number
from bandhu.ui.pages import render_page

USE, MANAGE = "channels.use_own_account", "channels.manage_accounts"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, USE)
    context = {
        "accounts": queries.accounts(request.user),
        "may_manage": request.user.holds(MANAGE),
        "copy_address": copy_address(request.user),
    }
    return render(request, "channels/accounts/list.html", context)


@require_http_methods(["GET", "POST"])
def new_own(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, USE)
    start = {"address": request.user.email, "from_name": request.user.full_name}
    form = AccountForm(request.POST or None, own=True, initial=start)
    return _new(request, form, actions.create_own_account)


@require_http_methods(["GET", "POST"])
def new_shared(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    form = NewSharedAccountForm(request.POST or None, own=False)
    return _new(request, form, actions.create_account)


@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, USE)
    account = queries.account_for(request.user, pk)
    form = AccountForm(request.POST or None, account=account, own=account.owner_id is not None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_account(account, actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("channels:account", pk=pk)
    return _page(request, form, account)


@require_POST
def trial(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign in at the servers; nothing is changed."""
    require_anywhere(request.user, USE)
    account = queries.account_for(request.user, pk)
    return render(
        request, "channels/accounts/trial.html", {"trials": try_account(account), "account": account}
    )


@require_POST
def deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.delete_account(queries.account_for(request.user, pk), actor=request.user)
    messages.success(request, _("The account is removed. Its mails stay where they are filed."))
    return redirect("channels:accounts")


@require_POST
def pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read no more for now, or go on where `resume` is sent."""
    account = queries.account_for(request.user, pk)
    change = actions.resume_account if "resume" in request.POST else actions.pause_account
    change(account, actor=request.user)
    messages.success(request, _("Saved."))
    return redirect("channels:account", pk=pk)


@require_POST
def kept_trial(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take in once more what was kept back."""
    account = queries.account_for(request.user, pk)
    taken, left = actions.try_kept_again(account, actor=request.user)
    said = ngettext("%(number)s mail came in.", "%(number)s mails came in.", taken)
    (messages.warning if left else messages.success)(
        request, said % {"number": number(taken, current_reader())}
    )
    return redirect("channels:account", pk=pk)


def _new(request, form, create):
    if request.method == "POST" and form.is_valid():
        try:
            account = create(actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved. Try it out now."))
            return redirect("channels:account", pk=account.pk)
    return _page(request, form, None)


def _page(request, form, account):
    status = 422 if request.method == "POST" else 200
    progress = queries.past_of(account)
    context = {
        "form": form,
        "account": account,
        "kept": queries.kept_of(request.user, account),
        "progress": progress,
        "is_coming_in": any(not one.is_whole for one in progress) and not (account and account.paused_at),
    }
    return render_page(request, "channels/accounts/detail.html", context, fragment="health", status=status)
