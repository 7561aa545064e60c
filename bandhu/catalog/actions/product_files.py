"""Many products at once, all or none: those with a known code are changed, the others made; with their prices in one book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.actions.prices import PriceRow, set_prices
from bandhu.catalog.actions.products import change_product, create_product
from bandhu.catalog.models import BroughtFile, BroughtRow, PriceBook, PriceEntry, Product
from bandhu.catalog.product_files import ProductRow, at_line
from bandhu.catalog.product_values import clean_quantity, code_key
from bandhu.identity.acting import action
from bandhu.platform.money import Money, MoneyError
from bandhu.platform.money_reading import parse_money
from bandhu.platform.texts import clean_line
from bandhu.ui.formats import current_reader

_SHOWN = 20


@dataclass(frozen=True)
class Brought:
    """How many products were made, and how many said something else than before; how many prices were set; each with what it did."""

    made: int
    changed: int
    prices: int
    file: BroughtFile
    rows: Sequence[BroughtRow] = ()


@action("catalog.create_product", on_record=False)
def bring_in_products(
    rows: Sequence[ProductRow], *, actor: Any, book: PriceBook | None = None, name: str = ""
) -> Brought:
    """Write what the rows of a file say; an empty cell leaves what is there. Prices are those of `book`, in its currency.

    Variants may stand before or after what they are variants of. Raises ValidationError line by line, and nothing is written.
    """
    if not rows:
        raise ValidationError(_("The file holds no rows."))
    known = {
        one.code_key: one for one in Product.objects.filter(code_key__in={code_key(row.code) for row in rows})
    }
    former = {key: (one.version, _said(one)) for key, one in known.items()}
    problems: list[str] = []
    for row in sorted(rows, key=lambda one: bool(one.parent)):
        try:
            known[code_key(row.code)] = _write(row, known, actor)
        except ValidationError as problem:
            problems.append(at_line(row.line, problem))
    prices = _prices(rows, known, book, problems)
    if problems:
        raise ValidationError(problems[:_SHOWN])
    did = list(_did({code_key(row.code): known[code_key(row.code)] for row in rows}, former))
    did += set_and_noted(book, prices, actor) if book is not None and prices else []
    return noted(BroughtFile.Holds.PRODUCTS, did, actor=actor, book=book, name=name)


def _said(product: Product) -> dict[str, Any]:
    """What a file may change, as the change action takes it back."""
    plain = {
        name: getattr(product, name) for name in ("category", "unit", "recurs", "times", "is_active", "names", "descriptions")
    }  # fmt: skip
    return plain | {
        "tax_class": product.tax_class.key if product.tax_class else "",
        "parent": str(product.parent_id or ""),
    }


def _did(written: dict[str, Product], former: dict[str, tuple[int, dict[str, Any]]]) -> Iterator[BroughtRow]:
    for key, product in written.items():
        if key not in former:
            yield BroughtRow(did=BroughtRow.Did.MADE, product=product, version=product.version)
        elif product.version != former[key][0]:
            now = _said(product)
            before = {name: value for name, value in former[key][1].items() if value != now[name]}
            did = BroughtRow.Did.CHANGED
            yield BroughtRow(did=did, product=product, version=product.version, before=before)


def set_and_noted(book: PriceBook, prices: Sequence[PriceRow], actor: Any) -> list[BroughtRow]:
    """Set the prices; what differs from what was there, as rows that are not stored yet."""
    held = {
        (one.product_id, one.recurs, one.min_quantity): one.amount_minor
        for one in PriceEntry.objects.filter(book=book, product__in={one.product.pk for one in prices})
    }
    set_prices(book, prices, actor=actor)
    wanted = {(one.product, one.recurs or "", one.min_quantity): one.price for one in prices}
    rows = []
    for (product, recurs, tier), price in wanted.items():
        was, now = held.get((product.pk, recurs, tier)), price.minor if price else None
        if was != now:
            before = {"tier": str(tier), "recurs": recurs, "was": was, "now": now}
            rows.append(BroughtRow(did=BroughtRow.Did.PRICED, product=product, before=before))
    return rows


def noted(
    holds: str, rows: Sequence[BroughtRow], *, actor: Any, book: PriceBook | None, name: str
) -> Brought:
    """Write down what a file did, so that it can be taken back; in the caller's transaction."""
    counts = Counter(row.did for row in rows)
    made, changed, prices = (counts[did] for did in (BroughtRow.Did.MADE, BroughtRow.Did.CHANGED, BroughtRow.Did.PRICED))  # fmt: skip
    file = BroughtFile.objects.create(
        holds=holds, name=clean_line(name, 255), book=book, made=made, changed=changed, prices=prices,
        by=None if actor.is_system else actor,
    )  # fmt: skip
    for row in rows:
        row.file = file
    BroughtRow.objects.bulk_create(rows)
    return Brought(made, changed, prices, file, rows)


def _write(row: ProductRow, known: dict[str, Product], actor: Any) -> Product:
    columns = dict(row.columns)
    if row.parent:
        columns["parent"] = _parent(row, known)
    held = known.get(code_key(row.code))
    if held is None:
        if row.descriptions:
            columns["descriptions"] = row.descriptions
        made: Product = create_product(actor=actor, code=row.code, names=row.names, **columns)
        return made
    if row.names:
        columns["names"] = held.names | row.names
    if row.descriptions:
        columns["descriptions"] = held.descriptions | row.descriptions
    changed: Product = change_product(held, actor=actor, **columns)
    return changed


def _parent(row: ProductRow, known: dict[str, Product]) -> Product:
    key = code_key(row.parent)
    found = known.get(key) or Product.objects.filter(code_key=key).first()
    if found is None:
        raise ValidationError(_("There is no product with the code %(code)s.") % {"code": row.parent[:60]})
    return found


def _prices(
    rows: Iterable[ProductRow], known: dict[str, Product], book: PriceBook | None, problems: list[str]
) -> list[PriceRow]:
    found = []
    for row in rows:
        product = known.get(code_key(row.code))
        if not row.price or product is None:
            continue
        try:
            found.append(_price(row, product, book))
        except ValidationError as problem:
            problems.append(at_line(row.line, problem))
    return found


def _price(row: ProductRow, product: Product, book: PriceBook | None) -> PriceRow:
    if book is None:
        raise ValidationError(_("Choose the price book these prices go into."))
    return price_in(book, product, row.price, row.tier, product.recurs)


def price_in(book: PriceBook, product: Product, text: str, tier: str, recurs: str) -> PriceRow:
    """A price as a cell gives it, in the book's currency and with no more places than that has. Raises ValidationError."""
    try:
        price = parse_money(text, current_reader(), currency=book.currency)
    except MoneyError as problem:
        raise ValidationError(problem.message, code=problem.code) from None
    if price.currency != book.currency:
        words = _("This book's prices are in %(currency)s.")
        raise ValidationError(words % {"currency": book.currency}, code="currency")
    if price.minor < 0:
        raise ValidationError(_("A price is not negative."), code="negative")
    return PriceRow(product, Money(price.minor, price.currency), clean_quantity(tier or 1), recurs)
