"""Whom to approach next."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bandhu.identity.scoping import require_anywhere
from bandhu.platform.languages import language
from bandhu.sales import queries
from bandhu.ui import formats

_KINDS: tuple[queries.LikenessKind, ...] = ("company", "contact")
_FEATURES: dict[str, Any] = {
    "industry": _("Industry"),
    "country": _("Country"),
    "language": _("Language"),
    "size": _("Employees"),
    "city": _("City"),
    "source": _("Source"),
}


@require_safe
def selection(request: HttpRequest) -> HttpResponse:
    """Companies, or with `of=contact` persons without one, like those that bought, with the reasons."""
    kinds = [one for one in _KINDS if f"customers.view_{one}" in request.user.reaches]
    asked = request.GET.get("of") or (*kinds, _KINDS[0])[0]
    kind = next((one for one in _KINDS if one == asked), None)
    if kind is None:
        raise Http404
    require_anywhere(request.user, f"customers.view_{kind}")
    found = queries.likeness(request.user, kind)
    rows = [
        (one, [(_FEATURES[name], _words(name, value), times) for name, value, times in one.reasons])
        for one in found.found
    ]
    context = {"likeness": found, "rows": rows, "of": kind, "kinds": kinds}
    return render(request, "sales/selection.html", context)


def _words(feature: str, value: str) -> str:
    reader = formats.current_reader()
    if feature == "country":
        return formats.country(value, reader)
    return language(value, reader.locale.language).name if feature == "language" else value
