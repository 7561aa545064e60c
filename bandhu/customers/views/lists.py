"""The lists of contacts and companies, and the bin."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bandhu.customers.views.sides import SIDES
from bandhu.identity.masking import masked
from bandhu.platform.paging import Page, keyset_page
from bandhu.platform.phone_numbers import display_number
from bandhu.ui.pages import render_page

PER_PAGE = 50


@require_safe
def records(request: HttpRequest, kind: str) -> HttpResponse:
    side = SIDES[kind]
    rows = side.rows(request.user).select_related("owner", *(["company"] if kind == "contact" else []))
    page = _page(rows.prefetch_related("tags"), ["sort_key"], request)
    for record in page.items:
        number = display_number(record.primary_phone) if record.primary_phone else ""
        record.phone_shown = masked(request.user, record, number, "phone")
    context = {"side": side, "page": page, "may_create": request.user.holds(side.kind.create_permission)}
    return render_page(request, f"customers/records/list_{kind}.html", context, fragment="rows")


@require_safe
def bin(request: HttpRequest) -> HttpResponse:
    kind = "company" if request.GET.get("kind") == "company" else "contact"
    side = SIDES[kind]
    page = _page(side.deleted(request.user), ["-deleted_at"], request)
    context = {"side": side, "page": page, "may_purge": request.user.holds(f"customers.purge_{kind}")}
    return render_page(request, "customers/records/bin.html", context, fragment="rows")


def _page(rows, order: list[str], request: HttpRequest) -> Page:
    """A cursor that is not ours begins at the beginning: an old bookmark is no error."""
    cursor = request.GET.get("after") or request.GET.get("before")
    try:
        return keyset_page(rows, order, cursor=cursor, limit=PER_PAGE)
    except ValidationError:
        return keyset_page(rows, order, limit=PER_PAGE)
