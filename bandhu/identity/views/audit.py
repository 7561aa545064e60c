"""The audit trail: the whole of it with filters, and of one record."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bandhu.identity import actions, queries
from bandhu.identity.forms import AuditFilterForm
from bandhu.ui.pages import render_page, see_other


@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    form = AuditFilterForm(request.GET, user=request.user)
    form.is_valid()
    lines, more = queries.audit_trail(request.user, form.wanted(), _number(request))
    context = {
        "lines": lines,
        "more": more,
        "form": form,
        "chain": queries.chain_state(request.user),
        "query": form.data.get("q", ""),
    }
    template = "identity/audit/trail.html"
    return render_page(request, template, context, fragment="more" if _number(request) else "rows")


@require_GET
def record_trail(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    lines, more = queries.audit_of(request.user, kind, pk, _number(request))
    context = {"lines": lines, "more": more, "title": lines[0].entry.record_title if lines else ""}
    fragment = "more" if _number(request) else "rows"
    return render_page(request, "identity/audit/record.html", context, fragment=fragment)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    found = actions.check_audit(actor=request.user)
    if found is None:
        messages.info(
            request, _("The trail is long: it is being checked in the background. Come back in a minute.")
        )
    elif found.is_whole:
        messages.success(request, _("The trail is whole: nobody altered it."))
    else:
        messages.error(request, _("The trail was altered. See below where."))
    return see_other(request, reverse("identity:audit"))


def _number(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
