"""Lines of an invoice: as they are asked for, checked, priced and reckoned. What is stored is what `catalog/totals` said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.billing.discounts import check_discounts
from bandhu.billing.models import BilledPart, Invoice, InvoiceLine
from bandhu.catalog.line_values import clean_line_quantity
from bandhu.catalog.models import Product
from bandhu.catalog.price_values import clean_percent
from bandhu.catalog.pricing import reckon
from bandhu.catalog.product_values import UNITS
from bandhu.catalog.queries import Buyer, NoPrice, PriceFinder, discount_limit_of, name_of, tax_for
from bandhu.catalog.totals import MOST_LINES, Tax, Totals
from bandhu.platform.card_numbers import mask_card_numbers
from bandhu.platform.money import Money
from bandhu.platform.texts import clean_block, clean_line
from bandhu.quotes.models import PricedLine

_USUAL = Tax("", Decimal(0))
"""Stands for: the tax of the product."""


@dataclass(frozen=True)
class LineDraft:
    """A line as somebody asks for it.

    Without `unit_price` a product costs what the price books say; without `tax` it bears the tax of its class, and a line
    without a product bears none. `tax=None` says that there is none.
    """

    name: str = ""
    description: str = ""
    quantity: Decimal | str | int = 1
    unit_price: Money | None = None
    product: Product | None = None
    unit: str = ""
    discount: Decimal | str | int = 0
    tax: Tax | None = field(default=_USUAL)


@dataclass(frozen=True)
class Terms:
    """What the prices and taxes of lines depend on besides themselves."""

    actor: Any
    currency: str
    country: str
    language: str
    customer: Any = None
    on: date | None = None
    # Whether somebody agreed to all of it before: the lines of an order as they are, or of an invoice that is credited.
    is_agreed: bool = False
    # Lines somebody agreed to before, in this currency: each of these lists may stand again as it is, whatever one's limit.
    agreed: Sequence[Sequence[PricedLine]] = ()
    # What the lines are paid for each time, as price books name it; "" for once.
    period: str = ""


def reckoned(drafts: Sequence[LineDraft], terms: Terms) -> tuple[list[InvoiceLine], Totals]:
    """The lines, not saved yet, and their totals. Raises ValidationError that names the line."""
    if len(drafts) > MOST_LINES:
        raise ValidationError({"lines": _("At most %(limit)s lines.") % {"limit": MOST_LINES}})
    finder = _finder(drafts, terms)
    rows, problems = [], []
    for number, draft in enumerate(drafts, start=1):
        try:
            rows.append(_row(draft, terms, finder))
        except ValidationError as problem:
            text = _("Line %(number)s: %(problem)s")
            problems.append(text % {"number": number, "problem": " ".join(problem.messages)})
    if problems:
        raise ValidationError({"lines": problems})
    if not terms.is_agreed:
        check_discounts(rows, discount_limit_of(terms.actor), terms.agreed)
    for place, row in enumerate(rows, start=1):
        row.position = place
    return rows, reckon(rows, terms.currency)


def tax_of(row: PricedLine | BilledPart) -> Tax | None:
    """The tax a line bears."""
    return None if row.tax_percent is None else Tax(row.tax_name, row.tax_percent, row.tax_is_inclusive)


def drafts_of(invoice: Invoice) -> list[LineDraft]:
    """The lines of an invoice, to be asked for again."""
    return drafts_from(invoice.lines.select_related("product"), invoice.currency)


def drafts_from(rows: Iterable[PricedLine], currency: str) -> list[LineDraft]:
    """Lines of a quote, an order or an invoice, to be asked for with the same prices and taxes."""
    return [
        LineDraft(
            name=row.name,
            description=row.description,
            quantity=row.quantity,
            unit_price=Money(row.unit_price_minor, currency),
            product=row.product,
            unit=row.unit,
            discount=row.discount,
            tax=tax_of(row),
        )
        for row in rows
    ]


def _finder(drafts: Sequence[LineDraft], terms: Terms) -> PriceFinder | None:
    """What the books say of the products; None where nobody asks: no price is left open, and what was agreed is not compared with them."""
    asked = [
        one.product
        for one in drafts
        if one.product is not None and (one.unit_price is None or not terms.is_agreed)
    ]
    if not asked:
        return None
    buyer = Buyer.of(terms.customer) if terms.customer is not None else None
    return PriceFinder(terms.actor, asked, buyer=buyer, currency=terms.currency, on=terms.on)


def _row(draft: LineDraft, terms: Terms, finder: PriceFinder | None) -> InvoiceLine:
    product, quantity = draft.product, clean_line_quantity(draft.quantity)
    discount = clean_percent(draft.discount or 0)
    name = mask_card_numbers(clean_line(draft.name or "", 300))
    if not name and product is not None:
        name = name_of(product, terms.language)
    if not name:
        raise ValidationError(_("Say what is sold, or choose a product."), code="required")
    unit = draft.unit or (product.unit if product else "C62")
    if unit not in UNITS:
        raise ValidationError(_("This is not one of the choices."), code="no_choice")
    tax, book = _tax(draft, terms), _list_price(draft, quantity, terms, finder)
    return InvoiceLine(
        product=product,
        code=product.code if product else "",
        name=name,
        description=mask_card_numbers(clean_block(draft.description or "", 2_000)),
        quantity=quantity,
        unit=unit,
        list_price_minor=book.minor if book is not None else None,
        unit_price_minor=_price(draft, book, terms).minor,
        discount=discount,
        tax_name=tax.name if tax else "",
        tax_percent=tax.percent if tax else None,
        tax_is_inclusive=bool(tax and tax.is_inclusive),
    )


def _list_price(
    draft: LineDraft, quantity: Decimal, terms: Terms, finder: PriceFinder | None
) -> Money | None:
    """What the books say; None where they say nothing or are not asked. Raises NoPrice where the line has no price of its own either."""
    if finder is None or draft.product is None:
        return None
    try:
        return finder.price(draft.product, quantity, terms.period).amount
    except NoPrice:
        if draft.unit_price is None:
            raise
        return None


def _price(draft: LineDraft, book: Money | None, terms: Terms) -> Money:
    price = draft.unit_price if draft.unit_price is not None else book
    if price is None:
        raise ValidationError(_("Write the price."), code="required")
    if price.currency != terms.currency:
        text = _("The invoice is in %(one)s, this price in %(other)s.")
        raise ValidationError(text % {"one": terms.currency, "other": price.currency}, code="mixed")
    if price.minor < 0:
        raise ValidationError(
            _("A price is not below nought. To take something back, write its quantity with a minus.")
        )
    return price


def _tax(draft: LineDraft, terms: Terms) -> Tax | None:
    if draft.tax is not _USUAL:
        return draft.tax
    if draft.product is None:
        return None
    return tax_for(draft.product, terms.country, terms.on or timezone.localdate())
