"""Many prices of one book at once, from a file, all or none; and what any file of the catalogue did, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.catalog.actions.prices import PERMISSION, PriceRow, set_prices
from bandhu.catalog.actions.product_files import (
    Brought,
    bring_in_products,
    noted,
    price_in,
    set_and_noted,
)
from bandhu.catalog.actions.products import change_product
from bandhu.catalog.events import ProductRemoved
from bandhu.catalog.models import BroughtFile, BroughtRow, PriceBook, PriceEntry, Product
from bandhu.catalog.product_files import PriceLine, ProductRow, at_line
from bandhu.catalog.product_values import clean_quantity, code_key
from bandhu.customers.importing.undo import pointing_tables
from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit
from bandhu.platform.events import publish
from bandhu.platform.files import delete_file, store_file
from bandhu.platform.models import StoredFile
from bandhu.platform.money import Money
from bandhu.platform.search.indexing import remove_records

TRIED = "tried_catalog_file"
_SHOWN = 20


@action(PERMISSION, on_record=False)
def bring_in_prices(lines: Sequence[PriceLine], *, actor: Any, book: PriceBook, name: str = "") -> Brought:
    """Set what the lines of a file say: the price of a known product from a quantity on. An empty price leaves what is there.

    Raises ValidationError line by line (unknown product, another currency, the same place twice), and nothing is written.
    """
    if not lines:
        raise ValidationError(_("The file holds no rows."))
    keys = {code_key(line.code) for line in lines}
    products = {one.code_key: one for one in Product.objects.filter(code_key__in=keys)}
    places: dict[tuple[Any, str, Any], int] = {}
    rows: list[PriceRow] = []
    problems: list[str] = []
    for line in lines:
        try:
            row = _priced(line, products, book)
            if row is None:
                continue
            place = row.product.pk, row.recurs, row.min_quantity
            if place in places:
                text = _("This price stands in line %(number)s already.")
                raise ValidationError(text % {"number": places[place]}, code="twice")
            places[place] = line.line
            rows.append(row)
        except ValidationError as problem:
            problems.append(at_line(line.line, problem))
    if problems:
        raise ValidationError(problems[:_SHOWN])
    did = set_and_noted(book, rows, actor) if rows else []
    return noted(BroughtFile.Holds.PRICES, did, actor=actor, book=book, name=name)


def _priced(line: PriceLine, products: dict[str, Product], book: PriceBook) -> PriceRow | None:
    product = products.get(code_key(line.code))
    if product is None:
        raise ValidationError(_("There is no product with the code %(code)s.") % {"code": line.code[:60]})
    if not line.price:
        return None
    recurs = product.recurs if line.recurs is None else line.recurs
    return price_in(book, product, line.price, line.tier, recurs)


@action("catalog.create_product", on_record=False)
def try_products(rows: Sequence[ProductRow], *, actor: Any, book: PriceBook | None = None) -> Brought:
    """What `bring_in_products` would do: it is done, looked at, and undone in the same breath. Raises what it raises."""
    with transaction.atomic():
        found: Brought = bring_in_products(rows, actor=actor, book=book)
        transaction.set_rollback(True)
    return found


@action(PERMISSION, on_record=False)
def try_prices(lines: Sequence[PriceLine], *, actor: Any, book: PriceBook) -> Brought:
    """What `bring_in_prices` would do; nothing is left of it. Raises what it raises."""
    with transaction.atomic():
        found: Brought = bring_in_prices(lines, actor=actor, book=book)
        transaction.set_rollback(True)
    return found


@action("catalog.view_product", on_record=False)
def keep_tried_file(*, actor: Any, name: str, content: Any, limit: int) -> StoredFile:
    """Keep a file that was tried out until it is brought in; the one tried before goes."""
    drop_tried_files(actor=actor)
    return store_file(
        record_kind=TRIED, record_id=actor.pk, name=name, content=content, created_by=actor, limit=limit
    )


@action("catalog.view_product", on_record=False)
def drop_tried_files(*, actor: Any) -> None:
    """What was tried out is not needed any more."""
    for held in StoredFile.objects.filter(record_kind=TRIED, record_id=actor.pk, deleted_at__isnull=True):
        delete_file(held)


@action("catalog.create_product", on_record=False)
def take_back_products(file: BroughtFile, *, actor: Any) -> BroughtFile:
    """Make undone what a file of products did. What somebody changed since, or what points to a product, keeps it as it is: `kept` counts those.

    Raises ValidationError for one that was taken back, OutOfReach for a file of another kind.
    """
    fresh = _locked(file, BroughtFile.Holds.PRODUCTS)
    rows = list(fresh.rows.select_related("product", "product__parent"))
    kept = _take_back_prices(fresh, [row for row in rows if row.did == BroughtRow.Did.PRICED], actor)
    for row in rows:
        if row.did == BroughtRow.Did.CHANGED:
            kept += _put_back(row, actor)
    made = [row for row in rows if row.did == BroughtRow.Did.MADE]
    # Variants go before what they are variants of.
    for row in sorted(made, key=lambda one: one.product.parent_id is None):
        kept += _remove(row, actor)
    return _taken_back(fresh, kept, actor)


@action(PERMISSION, on_record=False)
def take_back_prices(file: BroughtFile, *, actor: Any) -> BroughtFile:
    """The same for a file of prices: those that are still as the file set them get their former value."""
    fresh = _locked(file, BroughtFile.Holds.PRICES)
    kept = _take_back_prices(fresh, list(fresh.rows.select_related("product")), actor)
    return _taken_back(fresh, kept, actor)


def _locked(file: BroughtFile, holds: str) -> BroughtFile:
    fresh = BroughtFile.objects.select_for_update(of=("self",)).filter(pk=file.pk, holds=holds).first()
    if fresh is None:
        raise OutOfReach
    if fresh.taken_back_at:
        raise ValidationError(_("This file was taken back already."), code="taken_back")
    return fresh


def _take_back_prices(file: BroughtFile, rows: Sequence[BroughtRow], actor: Any) -> int:
    """Returns how many prices are no longer as the file set them, and stay."""
    if not rows or file.book is None:
        return len(rows)
    held = {
        (one.product_id, one.recurs, one.min_quantity): one.amount_minor
        for one in PriceEntry.objects.filter(book=file.book, product__in=[row.product_id for row in rows])
    }
    back = []
    for row in rows:
        tier, recurs, was = clean_quantity(row.before["tier"]), row.before["recurs"], row.before["was"]
        if held.get((row.product_id, recurs, tier)) == row.before["now"]:
            price = None if was is None else Money(was, file.book.currency)
            back.append(PriceRow(row.product, price, tier, recurs))
    set_prices(file.book, back, actor=actor)
    return len(rows) - len(back)


def _put_back(row: BroughtRow, actor: Any) -> int:
    if row.product.version != row.version:
        return 1
    change_product(row.product, actor=actor, **row.before)
    return 0


def _remove(row: BroughtRow, actor: Any) -> int:
    """Take a product out that the file made, unless somebody changed it or anything points to it; whether it stayed."""
    product = Product.objects.select_for_update(of=("self",)).get(pk=row.product_id)
    if product.version != row.version:
        return 1
    for other, column in pointing_tables(Product, [BroughtRow]):
        if other._base_manager.filter(**{column: product.pk}).exists():
            return 1
    title, code, pk = product.name, product.code, product.pk
    audit.record_change(
        "deleted", actor=actor, kind="product", record_id=pk, title=title, changes={"code": (code, None)}
    )
    publish(ProductRemoved(product_id=str(pk), code=code, title=title), actor=actor)
    product.delete()
    remove_records([pk])
    return 0


def _taken_back(file: BroughtFile, kept: int, actor: Any) -> BroughtFile:
    file.taken_back_at, file.kept = timezone.now(), kept
    file.save(update_fields=["taken_back_at", "kept"])
    audit.record_change("undone", actor=actor, kind="product_file", record_id=file.pk, title=file.name)
    return file
