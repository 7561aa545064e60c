"""Whom to approach next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bandhu.identity.scoping import require_anywhere
from bandhu.sales import queries


@require_safe
def selection(request: HttpRequest) -> HttpResponse:
    """Companies like those that bought, with the reasons."""
    require_anywhere(request.user, "customers.view_company")
    found = queries.likeness(request.user)
    names = {
        "industry": _("Industry"),
        "country": _("Country"),
        "language": _("Language"),
        "size": _("Employees"),
    }
    rows = [(one, [(names[name], value, times) for name, value, times in one.reasons]) for one in found.found]
    return render(request, "sales/selection.html", {"likeness": found, "rows": rows})
