"""The grid of lines between browser and actions: rows that are there, rows that are new, rows that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.billing.actions import LineDraft
from bandhu.billing.lines import tax_of
from bandhu.billing.models import InvoiceLine
from bandhu.billing.queries import taxes_of_today
from bandhu.catalog.line_values import clean_line_quantity
from bandhu.catalog.models import Product
from bandhu.catalog.price_grid import figures
from bandhu.catalog.price_values import clean_percent
from bandhu.catalog.queries import product_for
from bandhu.catalog.totals import MOST_LINES, Tax
from bandhu.identity.results import OutOfReach
from bandhu.platform.money import Money, MoneyError
from bandhu.platform.money_reading import parse_money
from bandhu.ui.formats import current_reader

# Every line an invoice may have, and room for blank ones.
MOST_ROWS = MOST_LINES + 50
BLANK = 3
NO_TAX = "none"


@dataclass
class GridRow:
    """One line as shown and as sent: texts, and what is wrong with them."""

    key: str
    product: Product | None = None
    name: str = ""
    description: str = ""
    quantity: str = "1"
    unit: str = ""
    price: str = ""
    discount: str = ""
    tax: str = ""
    draft: LineDraft | None = None
    problem: str = ""
    total: Money | None = None

    @property
    def is_blank(self) -> bool:
        return not (self.product or self.name or self.price)


def rows_of(lines: Iterable[InvoiceLine], currency: str) -> list[GridRow]:
    """The stored lines as the grid shows them."""
    reader = current_reader()
    return [
        GridRow(
            key=f"line{row.position}",
            product=row.product,
            name=row.name,
            description=row.description,
            quantity=reader.in_digits(f"{row.quantity.normalize():f}"),
            unit=row.unit,
            price=figures(Money(row.unit_price_minor, currency)),
            discount=reader.in_digits(f"{row.discount.normalize():f}") if row.discount else "",
            tax=tax_key(tax_of(row)),
            total=Money(row.total_minor, currency),
        )
        for row in lines
    ]


def blank_rows(number: int = BLANK) -> list[GridRow]:
    """Room for new lines."""
    one = current_reader().in_digits("1")
    return [GridRow(key=f"new{place}", quantity=one) for place in range(number)]


def tax_key(tax: Tax | None) -> str:
    """A tax as the grid's list names it."""
    if tax is None:
        return NO_TAX
    return f"{tax.name}|{tax.percent.normalize():f}|{int(tax.is_inclusive)}"


def tax_choices(rows: Iterable[GridRow]) -> list[tuple[str, str]]:
    """What may be chosen: as the product says, none, today's taxes, and those the lines bear already."""
    found = {"": _("as the product"), NO_TAX: _("no tax")}
    taxes = [Tax(one.name, one.percent, one.is_inclusive) for one in taxes_of_today()]
    for tax in taxes:
        found[tax_key(tax)] = _tax_words(tax)
    for row in rows:
        if row.tax and row.tax not in found and (tax_held := _tax_of(row.tax)):
            found[row.tax] = _tax_words(tax_held)
    return list(found.items())


def rows_sent(data: Any, user: Any, currency: str, known_taxes: Iterable[str]) -> list[GridRow]:
    """The lines of a form; a blank one is left out, a wrong one says what is wrong. `known_taxes` are keys that may be chosen."""
    known = set(known_taxes)
    rows = [_row(key, data, user, currency, known) for key in data.getlist("row")[:MOST_ROWS]]
    return [row for row in rows if row.problem or not row.is_blank]


def _row(key: str, data: Mapping[str, str], user: Any, currency: str, known: set[str]) -> GridRow:
    def sent(name: str, most: int) -> str:
        return data.get(f"{key}-{name}", "").strip()[:most]

    row = GridRow(
        key=key[:20], name=sent("name", 300), description=sent("description", 2_000), quantity=sent("quantity", 40) or "1",
        unit=sent("unit", 3), price=sent("price", 60), discount=sent("discount", 20), tax=sent("tax", 80),
    )  # fmt: skip
    try:
        wanted = data.get(f"{key}-product", "")
        row.product = product_for(user, wanted) if wanted else None
        if not row.is_blank:
            row.draft = _draft(row, currency, known)
    except OutOfReach:
        row.problem = _("There is no such product.")
    except MoneyError as problem:
        row.problem = problem.message
    except ValidationError as problem:
        row.problem = " ".join(problem.messages)
    return row


def _draft(row: GridRow, currency: str, known: set[str]) -> LineDraft:
    values: dict[str, Any] = {}
    if row.tax:
        if row.tax not in known:
            raise ValidationError(_("Choose a tax from the list."), code="no_choice")
        values["tax"] = _tax_of(row.tax)
    if not row.product and not row.name:
        raise ValidationError(_("Say what is sold, or choose a product."), code="required")
    if not row.product and not row.price:
        raise ValidationError(_("Write the price."), code="required")
    return LineDraft(
        product=row.product,
        name=row.name,
        description=row.description,
        quantity=clean_line_quantity(row.quantity),
        unit=row.unit,
        unit_price=parse_money(row.price, current_reader(), currency=currency) if row.price else None,
        discount=clean_percent(row.discount or 0),
        **values,
    )


def _tax_of(key: str) -> Tax | None:
    name, _sign, rest = key.partition("|")
    percent, _sign, inclusive = rest.partition("|")
    try:
        return Tax(name, Decimal(percent), inclusive == "1") if rest else None
    except InvalidOperation:
        return None


def _tax_words(tax: Tax) -> str:
    percent = current_reader().in_digits(f"{tax.percent.normalize():f}")
    text = _("%(name)s %(percent)s %% in the price") if tax.is_inclusive else _("%(name)s %(percent)s %%")
    return text % {"name": tax.name, "percent": percent}
