"""Calendars as files: the feed other programs read, an invitation, a file brought in."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from bandhu.calendars import actions, queries
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.middleware import client_address
from bandhu.platform.public_url import absolute
from bandhu.ui.pages import see_other

TYPE = "text/calendar; charset=utf-8"
MOST_BYTES = 1_000_000
TEMPLATE = "calendars/settings.html"


class FileForm(forms.Form):
    """The file to bring in."""

    file = forms.FileField(
        label=gettext_lazy("Calendar file (.ics)"),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
    )


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Anybody with the secret reads it; nobody is signed in."""
    if seconds := queries.seconds_to_wait(secret, client_address(request)):
        return HttpResponse(status=429, headers={"Retry-After": str(seconds)})
    response = HttpResponse(queries.feed_text(secret), content_type=TYPE)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def invitation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The meeting as an invitation to send on, or its cancellation."""
    found = queries.meeting_for(request.user, pk)
    response = HttpResponse(
        queries.invitation_text(request.user, found),
        content_type=f"{TYPE}; method={queries.method_of(found)}",
    )
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, "calendars.view_meeting")
    return _page(request, FileForm())


@require_POST
def feed_making(request: HttpRequest) -> HttpResponse:
    """Shows the new address this once."""
    secret = actions.make_feed(actor=request.user)
    return _page(request, FileForm(), address=absolute(reverse("calendars:feed", args=[secret])))


@require_POST
def feed_revoking(request: HttpRequest) -> HttpResponse:
    actions.revoke_feed(actor=request.user)
    messages.success(request, _("The address no longer works."))
    return see_other(request, reverse("calendars:settings"))


@require_POST
def bringing_in(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    require_anywhere(request.user, "calendars.plan_meeting")
    imported = None
    if form.is_valid():
        try:
            imported = actions.import_meetings(
                actor=request.user, content=form.cleaned_data["file"].read(MOST_BYTES + 1)
            )
        except ValidationError as problem:
            form.add_error("file", problem)
    return _page(request, form, imported=imported, status=422 if form.errors else 200)


def _page(request: HttpRequest, form: FileForm, status: int = 200, **more: object) -> HttpResponse:
    context = {
        "form": form,
        "feed": queries.feed_of(request.user),
        "account": (account := queries.account_of(request.user)),
        "faults": queries.faults_of(account) if account else (),
        "may_plan": request.user.holds("calendars.plan_meeting"),
        **more,
    }
    response = render(request, TEMPLATE, context, status=status)
    response["Cache-Control"] = "no-store"
    return response
