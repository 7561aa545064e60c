"""Products that come in a file."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bandhu.catalog import actions
from bandhu.catalog.forms import ProductsFileForm
from bandhu.catalog.product_files import ProductRow, read_products
from bandhu.identity.scoping import require_anywhere
from bandhu.ui.formats import current_reader, number
from bandhu.ui.pages import see_other


@require_http_methods(["GET", "POST"])
def products_file(request: HttpRequest) -> HttpResponse:
    """All of the file or, where a line is wrong, nothing."""
    require_anywhere(request.user, "catalog.create_product")
    if request.method == "GET":
        return _page(request, ProductsFileForm(user=request.user))
    form = ProductsFileForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        rows, unknown = _read(form.cleaned_data["file"])
        brought = actions.bring_in_products(rows, actor=request.user, book=form.price_book)
    except ValidationError as problem:
        form.take_errors(problem)
        return _page(request, form, 422)
    messages.success(request, _told(brought))
    if unknown:
        text = _("These columns were left out: %(names)s.")
        messages.info(request, text % {"names": ", ".join(unknown[:20])})
    return see_other(request, reverse("catalog:products"))


def _read(sent: Any) -> tuple[list[ProductRow], list[str]]:
    with TemporaryDirectory(prefix="bandhu-products-") as folder:
        path = Path(folder) / "sent"
        with path.open("wb") as file:
            for chunk in sent.chunks():
                file.write(chunk)
        return read_products(path, (get_language() or "en").split("-")[0])


def _told(brought: actions.Brought) -> str:
    reader = current_reader()
    made = ngettext("%(number)s product made.", "%(number)s products made.", brought.made)
    changed = ngettext("%(number)s changed.", "%(number)s changed.", brought.changed)
    prices = ngettext("%(number)s price set.", "%(number)s prices set.", brought.prices)
    return " ".join(
        text % {"number": number(count, reader)}
        for text, count in ((made, brought.made), (changed, brought.changed), (prices, brought.prices))
    )


def _page(request: HttpRequest, form: ProductsFileForm, status: int = 200) -> HttpResponse:
    return render(request, "catalog/products/file.html", {"form": form}, status=status)
