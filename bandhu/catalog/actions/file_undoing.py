"""What a file of the catalogue did, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.catalog.actions.prices import PERMISSION, PriceRow, set_prices
from bandhu.catalog.actions.products import change_product
from bandhu.catalog.events import ProductRemoved
from bandhu.catalog.models import BroughtFile, BroughtRow, PriceEntry, Product
from bandhu.catalog.product_values import clean_quantity
from bandhu.customers.importing.undo import pointing_tables
from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit
from bandhu.platform.events import publish
from bandhu.platform.money import Money
from bandhu.platform.search.indexing import remove_records


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
