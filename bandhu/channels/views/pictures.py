"""Mails as pages of their own, with pictures, and the pictures themselves."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from bandhu.channels import actions, queries
from bandhu.channels.pictures import FRAME, fetch_picture
from bandhu.platform.file_answers import SANDBOX
from bandhu.platform.rate_limits import allow
from bandhu.ui.pages import is_fragment_request, see_other

# Pictures a reader has us fetch: as many at once as a mail shows, then five a second.
BURST, RATE = 300, 5


@require_safe
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The HTML of a mail as a document of its own."""
    parts = queries.mail_page(request.user, pk)
    if parts is None:
        raise Http404
    # Both are cleaned by `folded`.
    context = {"visible": mark_safe(parts.visible), "hidden": mark_safe(parts.hidden)}  # noqa: S308
    response = render(request, "channels/mails/page.html", context)
    response["Content-Security-Policy"] = FRAME
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def picture(request: HttpRequest, pk: UUID, token: str) -> HttpResponse:
    """A picture from outside, fetched by us; only for whoever allowed it."""
    mail = queries.mail_for(request.user, pk)
    if not queries.may_fetch_pictures(request.user, mail):
        raise Http404
    if not allow(f"pictures:{request.user.pk}", RATE, BURST)[0]:
        return HttpResponse(status=429)
    found = fetch_picture(mail.pk, token)
    if found is None:
        raise Http404
    content, kind = found
    response = HttpResponse(content, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Disposition"] = "inline"
    # Asked for once a day by a reader, so that its sender does not learn how often the mail is opened.
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@require_POST
def pictures(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The reader's word: `allow` is "mail" or "sender", or empty to take it back."""
    mail = queries.mail_for(request.user, pk)
    wanted = request.POST.get("allow", "")
    if wanted:
        actions.allow_pictures(mail, actor=request.user, of_sender=wanted == "sender")
    else:
        actions.block_pictures(mail, actor=request.user)
    if is_fragment_request(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return see_other(request, reverse("channels:mail", args=[pk]))
