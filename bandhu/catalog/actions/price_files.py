"""Many prices of one book at once, from a file, all or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.actions.prices import PERMISSION, PriceRow
from bandhu.catalog.actions.product_files import Brought, noted, price_in, set_and_noted
from bandhu.catalog.models import BroughtFile, PriceBook, Product
from bandhu.catalog.product_files import PriceLine, at_line
from bandhu.catalog.product_values import code_key
from bandhu.identity.acting import action

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
