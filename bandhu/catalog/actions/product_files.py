"""Many products at once, all or none: those with a known code are changed, the others made; with their prices in one book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.actions.prices import PriceRow, set_prices
from bandhu.catalog.actions.products import change_product, create_product
from bandhu.catalog.models import PriceBook, Product
from bandhu.catalog.product_files import ProductRow, at_line
from bandhu.catalog.product_values import clean_quantity, code_key
from bandhu.identity.acting import action
from bandhu.platform.money import Money, MoneyError
from bandhu.platform.money_reading import parse_money
from bandhu.ui.formats import current_reader

_SHOWN = 20


@dataclass(frozen=True)
class Brought:
    """How many products were made, and how many said something else than before; how many prices were set."""

    made: int
    changed: int
    prices: int


@action("catalog.create_product", on_record=False)
def bring_in_products(rows: Sequence[ProductRow], *, actor: Any, book: PriceBook | None = None) -> Brought:
    """Write what the rows of a file say; an empty cell leaves what is there. Prices are those of `book`, in its currency.

    Variants may stand before or after what they are variants of. Raises ValidationError line by line, and nothing is written.
    """
    if not rows:
        raise ValidationError(_("The file holds no rows."))
    known = {
        one.code_key: one for one in Product.objects.filter(code_key__in={code_key(row.code) for row in rows})
    }
    former = {key: one.version for key, one in known.items()}
    problems: list[str] = []
    for row in sorted(rows, key=lambda one: bool(one.parent)):
        try:
            known[code_key(row.code)] = _write(row, known, actor)
        except ValidationError as problem:
            problems.append(at_line(row.line, problem))
    prices = _prices(rows, known, book, problems)
    if problems:
        raise ValidationError(problems[:_SHOWN])
    written = {code_key(row.code) for row in rows}
    changed = sum(known[key].version != version for key, version in former.items())
    set_them = set_prices(book, prices, actor=actor) if book is not None and prices else 0
    return Brought(len(written - former.keys()), changed, set_them)


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
    try:
        price = parse_money(row.price, current_reader(), currency=book.currency)
    except MoneyError as problem:
        raise ValidationError(problem.message, code=problem.code) from None
    if price.currency != book.currency:
        text = _("This book's prices are in %(currency)s.")
        raise ValidationError(text % {"currency": book.currency}, code="currency")
    tier = clean_quantity(row.tier or 1)
    return PriceRow(product, Money(price.minor, price.currency), tier, product.recurs)
