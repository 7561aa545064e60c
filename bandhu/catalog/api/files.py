"""REST: files of products and of prices: tried out, brought in, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from bandhu.catalog import actions, queries
from bandhu.catalog.product_files import LARGEST_FILE, read_prices, read_products
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import PageOf, answers

router = Router(tags=["prices"])
_PRICES, _PRODUCTS = "/price-books/{book_id}/files", "/product-files"
Sent = Annotated[UploadedFile | None, File()]
IsTrial = Annotated[Literal["", "yes"], Form()]


class CatalogFileOut(Schema):
    """What a file did: how many products it made and changed, how many prices it set. `kept` of them stayed when it was taken back,
    since somebody had changed them or used them meanwhile."""

    id: UUID
    holds: str
    name: str
    price_book_id: UUID | None
    made: int
    changed: int
    prices: int
    by_id: UUID | None
    at: datetime
    taken_back_at: datetime | None
    kept: int


class CatalogFileRowOut(Schema):
    """What becomes of one product or price. Of a price: from which quantity on, how often it is paid, and what it was and is now in
    minor units of the book (null: none)."""

    code: str
    did: str
    min_quantity: str | None = None
    recurs: str | None = None
    was_minor: int | None = None
    now_minor: int | None = None


class CatalogFileDone(Schema):
    """With `trial` nothing was kept, and `id` is null. `unknown` are columns that were left out."""

    id: UUID | None
    made: int
    changed: int
    prices: int
    unknown: list[str]
    rows: list[CatalogFileRowOut]


@router.get(_PRODUCTS, response=answers(PageOf[CatalogFileOut]))
def list_product_files(request: HttpRequest) -> Any:
    """The last ten files of products, the newest first."""
    require_anywhere(request.user, "catalog.view_product")
    return {"items": [_file(one) for one in queries.brought_files(request.user, "products")], "next": None}


@router.post(_PRODUCTS, response=answers(CatalogFileDone, 201))
def bring_in_product_file(
    request: HttpRequest,
    file: Sent = None,
    price_book_id: Annotated[str, Form(max_length=36)] = "",
    trial: IsTrial = "",
) -> Any:
    """Products in CSV or XLSX (multipart/form-data, part `file`; at most 4 MB and 2,000 rows): those with a known code are changed, the others
    made, all or none. Prices in it go into `price_book_id`. `trial` "yes" says what would become of each row and keeps nothing."""
    require_anywhere(request.user, "catalog.create_product")
    book = None
    if price_book_id:
        require_anywhere(request.user, "catalog.manage_prices")
        book = queries.price_book_for(request.user, _id(price_book_id))

    def bring(rows: Any, name: str) -> Any:
        if trial:
            return actions.try_products(rows, actor=request.user, book=book)
        return actions.bring_in_products(rows, actor=request.user, book=book, name=name)

    return Status(201, _done(file, read_products, bring, is_trial=bool(trial)))


@router.get(_PRICES, response=answers(PageOf[CatalogFileOut]))
def list_price_files(request: HttpRequest, book_id: UUID) -> Any:
    """The last ten files of prices of this book, the newest first."""
    book = queries.price_book_for(request.user, book_id)
    found = queries.brought_files(request.user, "prices", book)
    return {"items": [_file(one) for one in found], "next": None}


@router.post(_PRICES, response=answers(CatalogFileDone, 201))
def bring_in_price_file(request: HttpRequest, book_id: UUID, file: Sent = None, trial: IsTrial = "") -> Any:
    """Prices of known products in CSV or XLSX (multipart/form-data, part `file`; at most 4 MB and 2,000 rows): code, price, from quantity, how
    often; all or none. `trial` "yes" says what would become of each row and keeps nothing."""
    book = queries.price_book_for(request.user, book_id)
    require_anywhere(request.user, "catalog.manage_prices")

    def bring(lines: Any, name: str) -> Any:
        if trial:
            return actions.try_prices(lines, actor=request.user, book=book)
        return actions.bring_in_prices(lines, actor=request.user, book=book, name=name)

    return Status(201, _done(file, read_prices, bring, is_trial=bool(trial)))


@router.post("/product-files/{file_id}/undoing", response=answers(CatalogFileOut))
def take_back_catalog_file(request: HttpRequest, file_id: UUID) -> Any:
    """What a file of products or prices did is undone, save what somebody changed since or uses; 422 where it was taken back already."""
    found = queries.brought_file_for(request.user, file_id)
    act = actions.take_back_products if found.holds == "products" else actions.take_back_prices
    return _file(act(found, actor=request.user))


def _done(
    file: UploadedFile | None,
    read: Callable[[Path, str], tuple[list[Any], list[str]]],
    bring: Callable[[Any, str], Any],
    *,
    is_trial: bool,
) -> dict[str, Any]:
    if file is None:
        raise ValidationError({"file": _("Choose a file.")}, code="required")
    if (file.size or 0) > LARGEST_FILE:
        raise ValidationError({"file": _("The file is too large.")}, code="too_large")
    with TemporaryDirectory(prefix="bandhu-products-") as folder:
        path = Path(folder) / "sent"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        rows, unknown = read(path, (get_language() or "en").split("-")[0])
    brought = bring(rows, file.name or "")
    return {
        "id": None if is_trial else brought.file.pk,
        "made": brought.made,
        "changed": brought.changed,
        "prices": brought.prices,
        "unknown": unknown,
        "rows": [_row(one) for one in brought.rows],
    }


def _row(one: Any) -> dict[str, Any]:
    told = {"code": one.product.code, "did": one.did}
    if one.did != "priced":
        return told
    price = one.before
    return told | {
        "min_quantity": price["tier"], "recurs": price["recurs"], "was_minor": price["was"], "now_minor": price["now"],
    }  # fmt: skip


def _file(one: Any) -> dict[str, Any]:
    plain = [name for name in CatalogFileOut.model_fields if name != "price_book_id"]
    return {name: getattr(one, name) for name in plain} | {"price_book_id": one.book_id}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValidationError({"price_book_id": _("There is no such price book.")}) from None
