"""What the letters of the house load and lead to, for strangers; and the page on which the house decides about it."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.channels import actions, queries
from bandhu.channels.forms import TrackingForm
from bandhu.channels.machines import is_program
from bandhu.channels.tracking_addresses import link_behind
from bandhu.identity.scoping import require_anywhere
from bandhu.identity.sessions import is_browser_of_a_user
from bandhu.platform.middleware import client_address
from bandhu.platform.rate_limits import allow
from bandhu.ui.pages import see_other

MANAGE = "channels.manage_accounts"
# One point nobody sees.
_PICTURE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_HITS = (2.0, 120)


@require_safe
def opening(request: HttpRequest, token: str) -> HttpResponse:
    """The picture, whatever the token is: nobody learns whether there is such a mail."""
    link_id = link_behind(token)
    if link_id is not None and _counts(request):
        actions.note_opening(link_id, is_program=_is_program(request, link_id))
    return _untold(HttpResponse(_PICTURE, content_type="image/gif"))


@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """On to where the mail's link leads: an address that was stored with the mail, never one from the request."""
    link_id = link_behind(token)
    if link_id is None:
        raise Http404
    is_counted = _counts(request) and not _is_program(request, link_id)
    target = actions.follow_link(link_id, is_counted=is_counted)
    if not target:
        raise Http404
    return _untold(HttpResponseRedirect(target))


@require_http_methods(["GET", "POST"])
def house(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    form = TrackingForm(request.POST or None, initial={"mode": queries.tracking()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_tracking(form.cleaned_data["mode"], actor=request.user)
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("channels:tracking"))
    return render(request, "channels/tracking.html", {"form": form}, status=422 if form.errors else 200)


def _counts(request: HttpRequest) -> bool:
    """Not what our own people look at, and not more than anybody reads."""
    if request.user.is_authenticated:
        return False
    address = client_address(request)
    if is_browser_of_a_user(address, request.headers.get("User-Agent", "")):
        return False
    return allow(f"mail-tracking:{address}", *_HITS)[0]


def _is_program(request: HttpRequest, link_id: UUID) -> bool:
    headers: Any = request.headers
    return is_program(request.method or "", headers, queries.sent_at_of(link_id), timezone.now())


def _untold(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
