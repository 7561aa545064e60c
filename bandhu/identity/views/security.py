"""One's own sign-in: password, second step, passkeys, sessions."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from bandhu.identity import actions, queries
from bandhu.identity.queries import may_use_tokens
from bandhu.ui.pages import render_page, see_other


@require_GET
def security(request: HttpRequest) -> HttpResponse:
    context = {
        "tab": "security",
        "can_use_tokens": may_use_tokens(request.user),
        "steps": queries.second_steps(request.user),
        "sessions": queries.my_sessions(request.user),
        "current": request.session.session_key,
    }
    return render_page(request, "identity/security.html", context)


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    actions.end_session(request.user, actor=request.user, session_id=pk)
    messages.success(request, _("Signed out there."))
    return see_other(request, reverse("identity:security"))


@require_POST
def other_sessions_end(request: HttpRequest) -> HttpResponse:
    ended = actions.end_other_sessions(
        request.user, actor=request.user, current=str(request.session.session_key)
    )
    messages.success(
        request,
        ngettext("Signed out in %(count)s other place.", "Signed out in %(count)s other places.", ended)
        % {"count": ended},
    )
    return see_other(request, reverse("identity:security"))
