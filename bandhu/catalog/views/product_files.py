"""Products and prices that come in a file: tried out, brought in, taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.catalog import actions, queries
from bandhu.catalog.forms import PricesFileForm, ProductsFileForm
from bandhu.catalog.product_files import LARGEST_FILE, read_prices, read_products
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.files import open_file
from bandhu.platform.money import Money
from bandhu.ui.formats import current_reader, number
from bandhu.ui.pages import see_other

CREATE, PRICES = "catalog.create_product", "catalog.manage_prices"
SHOWN = 100


@require_http_methods(["GET", "POST"])
def products_file(request: HttpRequest) -> HttpResponse:
    """All of the file or, where a line is wrong, nothing."""
    require_anywhere(request.user, CREATE)
    context = {"files": queries.brought_files(request.user, "products"), "home": reverse("catalog:products")}
    make = partial(ProductsFileForm, user=request.user)

    def bring(form: Any, rows: Any, name: str, is_trial: bool) -> Any:
        if is_trial:
            return actions.try_products(rows, actor=request.user, book=form.price_book)
        return actions.bring_in_products(rows, actor=request.user, book=form.price_book, name=name)

    return _answer(request, make, read_products, bring, context)


@require_http_methods(["GET", "POST"])
def prices_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Prices of one book; the same way."""
    require_anywhere(request.user, PRICES)
    book = queries.price_book_for(request.user, pk)
    files = queries.brought_files(request.user, "prices", book)
    context = {"book": book, "files": files, "home": reverse("catalog:price_book", args=[pk])}

    def bring(form: Any, lines: Any, name: str, is_trial: bool) -> Any:
        if is_trial:
            return actions.try_prices(lines, actor=request.user, book=book)
        return actions.bring_in_prices(lines, actor=request.user, book=book, name=name)

    return _answer(request, PricesFileForm, read_prices, bring, context)


@require_POST
def taking_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a file did is undone, save what somebody worked on since."""
    found = queries.brought_file_for(request.user, pk)
    is_products = found.holds == "products"
    home = reverse("catalog:products_file")
    if not is_products and found.book_id:
        home = reverse("catalog:prices_file", args=[found.book_id])
    act = actions.take_back_products if is_products else actions.take_back_prices
    try:
        done = act(found, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return see_other(request, home)
    messages.success(request, _("Taken back."))
    if done.kept:
        text = ngettext(
            "%(number)s stayed: somebody changed it since, or uses it.",
            "%(number)s stayed: somebody changed them since, or uses them.",
            done.kept,
        )
        messages.info(request, text % {"number": number(done.kept, current_reader())})
    return see_other(request, home)


def _answer(
    request: HttpRequest,
    make: Callable[..., PricesFileForm],
    read: Callable[[Path, str], tuple[list[Any], list[str]]],
    bring: Callable[[Any, Any, str, bool], Any],
    context: dict[str, Any],
) -> HttpResponse:
    if request.method == "GET":
        return _page(request, make(), context)
    form = make(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, context, 422)
    is_trial = "try" in request.POST
    try:
        with _content(request, form) as (name, path):
            rows, unknown = read(path, (get_language() or "en").split("-")[0])
            brought = bring(form, rows, name, is_trial)
            if is_trial:
                again = make(initial=_typed(form) | {"kept": _kept(request, name, path)})
                told = _foretold(brought) | {"unknown": unknown, "tried_name": name}
                return _page(request, again, context | told)
    except ValidationError as problem:
        form.take_errors(problem)
        return _page(request, form, context, 422)
    actions.drop_tried_files(actor=request.user)
    messages.success(request, _told(brought))
    if unknown:
        text = _("These columns were left out: %(names)s.")
        messages.info(request, text % {"names": ", ".join(unknown[:20])})
    return see_other(request, context["home"])


@contextmanager
def _content(request: HttpRequest, form: PricesFileForm) -> Iterator[tuple[str, Path]]:
    """The name of the file and where its bytes are, of the one that was sent, else of the one that was tried out."""
    sent = form.cleaned_data.get("file")
    with TemporaryDirectory(prefix="bandhu-products-") as folder:
        path = Path(folder) / "sent"
        if sent:
            with path.open("wb") as file:
                for chunk in sent.chunks():
                    file.write(chunk)
            yield sent.name, path
            return
        held = queries.tried_file(request.user, form.cleaned_data["kept"])
        if held is None:
            raise ValidationError({"file": _("Choose the file again.")})
        with open_file(held) as source:
            path.write_bytes(source.read(LARGEST_FILE + 1))
        yield held.name, path


def _typed(form: PricesFileForm) -> dict[str, Any]:
    return {name: form[name].value() for name in form.fields if name != "file"}


def _kept(request: HttpRequest, name: str, path: Path) -> str:
    """The id of the file, kept for being brought in."""
    with path.open("rb") as file:
        content = iter(lambda: file.read(1 << 16), b"")
        kept = actions.keep_tried_file(actor=request.user, name=name, content=content, limit=LARGEST_FILE)
    return str(kept.pk)


def _foretold(brought: Any) -> dict[str, Any]:
    """What the file would do."""
    shown = [(one, _words(one, brought.file.book)) for one in brought.rows[:SHOWN]]
    return {"trial": _told(brought), "rows": shown, "more": len(brought.rows) - len(shown)}


def _words(row: Any, book: Any) -> str:
    """What would become of it, for people."""
    if row.did != "priced":
        return str(row.get_did_display())
    reader = current_reader()
    was, now = (
        "–" if minor is None else Money(minor, book.currency).written(reader)
        for minor in (row.before["was"], row.before["now"])
    )
    return f"{row.get_did_display()}: {was} → {now}"


def _told(brought: actions.Brought) -> str:
    reader = current_reader()
    made = ngettext("%(number)s product made.", "%(number)s products made.", brought.made)
    changed = ngettext("%(number)s changed.", "%(number)s changed.", brought.changed)
    prices = ngettext("%(number)s price set.", "%(number)s prices set.", brought.prices)
    parts = [(made, brought.made), (changed, brought.changed), (prices, brought.prices)]
    if brought.file.holds == "prices":
        parts = parts[2:]
    return " ".join(text % {"number": number(count, reader)} for text, count in parts)


def _page(request: HttpRequest, form: Any, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "catalog/products/file.html", {"form": form, **context}, status=status)
