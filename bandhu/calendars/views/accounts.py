"""One's calendar on another server: connecting it, choosing a calendar, doing it now, letting it go."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.calendars import actions
from bandhu.identity.scoping import require_anywhere
from bandhu.ui.pages import see_other

_PLAN = "calendars.plan_meeting"


class AccountForm(forms.Form):
    """Where the calendar is, and who we are there."""

    url = forms.CharField(
        label=gettext_lazy("Address (CalDAV)"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    username = forms.CharField(
        label=gettext_lazy("User name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=gettext_lazy("Password"), max_length=500, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Better a password for this program alone, if the server can make one."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@transaction.non_atomic_requests
def connecting(request: HttpRequest) -> HttpResponse:
    """Asks the server which calendars there are before anything is kept."""
    require_anywhere(request.user, _PLAN)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            offered = actions.find_calendars(data["url"], data["username"], data["password"])
            account = actions.connect_account(actor=request.user, offered=offered, **data)
            if len(offered) == 1:
                actions.choose_calendar(actor=request.user, calendar_url=account.offered[0][0])
        except ValidationError as problem:
            for name, texts in problem.message_dict.items():
                form.add_error(name, texts)
        else:
            return see_other(request, reverse("calendars:settings"))
    return render(request, "calendars/account_form.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def choosing(request: HttpRequest) -> HttpResponse:
    try:
        actions.choose_calendar(actor=request.user, calendar_url=request.POST.get("calendar_url", ""))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("The calendars are brought together; that may take a minute."))
    return see_other(request, reverse("calendars:settings"))


@require_POST
def syncing(request: HttpRequest) -> HttpResponse:
    """Now, not only in a few minutes; `deletions` takes over that most meetings are gone there."""
    actions.sync_now(actor=request.user, with_deletions=request.POST.get("deletions") == "yes")
    messages.success(request, _("The calendars are brought together; that may take a minute."))
    return see_other(request, reverse("calendars:settings"))


@require_POST
def removing(request: HttpRequest) -> HttpResponse:
    actions.disconnect_account(actor=request.user)
    messages.success(request, _("The other calendar is no longer connected. Meetings stay on both sides."))
    return see_other(request, reverse("calendars:settings"))
