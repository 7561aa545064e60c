"""The portal's page of what a customer allows."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bandhu.channels.portal_privacy import choices_of, choose
from bandhu.knowledge.portal import Visitor
from bandhu.knowledge.portal_pages import portal_page, render_portal


@require_http_methods(["GET", "POST"])
@portal_page
def privacy(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    if request.method == "POST":
        wanted = dict.fromkeys(request.POST.getlist("allow")[:50], True)
        choose(visitor, wanted, get_language() or "en")
        messages.success(request, _("Saved. It counts from now on."))
        return HttpResponseRedirect(reverse("channels:portal_privacy"))
    context = {"choices": choices_of(visitor)}
    return render_portal(request, visitor, "channels/portal_privacy.html", context, section="privacy")
