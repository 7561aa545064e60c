"""The lists of contacts and companies, and the bin."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bandhu.customers.views.sides import SIDES
from bandhu.platform.list_pages import list_page
from bandhu.platform.paging import Page, keyset_page
from bandhu.ui.pages import render_page

PER_PAGE = 50


@require_safe
def records(request: HttpRequest, kind: str) -> HttpResponse:
    return list_page(request, kind)


@require_safe
def bin(request: HttpRequest) -> HttpResponse:
    kind = "company" if request.GET.get("kind") == "company" else "contact"
    side = SIDES[kind]
    page = _page(side.deleted(request.user), ["-deleted_at"], request)
    context = {"side": side, "page": page, "may_purge": request.user.holds(f"customers.purge_{kind}")}
    fresh = request.GET.get("fresh", "")
    context["fresh"] = next((one for one in page.items if str(one.pk) == fresh), None)
    return render_page(request, "customers/records/bin.html", context, fragment="rows")


def _page(rows, order: list[str], request: HttpRequest) -> Page:
    """A cursor that is not ours begins at the beginning: an old bookmark is no error."""
    cursor = request.GET.get("after") or request.GET.get("before")
    try:
        return keyset_page(rows, order, cursor=cursor, limit=PER_PAGE)
    except ValidationError:
        return keyset_page(rows, order, limit=PER_PAGE)
