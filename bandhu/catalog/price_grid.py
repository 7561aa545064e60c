"""The grid of a price book between browser and actions: rows that are there, rows that are new, rows that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.actions import PriceRow
from bandhu.catalog.models import Period, PriceEntry, Product
from bandhu.catalog.period_values import clean_period
from bandhu.catalog.product_values import clean_quantity
from bandhu.catalog.queries import product_for
from bandhu.identity.results import OutOfReach
from bandhu.platform.money import Money, MoneyError
from bandhu.platform.money_reading import parse_money
from bandhu.ui.formats import current_reader

MOST_ROWS = 200
BLANK = 3


@dataclass
class GridRow:
    """One line as shown and as sent: texts, and what is wrong with them. `was` is the tier it had when it was shown, `was_recurs` how often it was paid."""

    key: str
    product: Product | None = None
    tier: str = "1"
    price: str = ""
    was: Decimal | None = None
    recurs: str = ""
    was_recurs: str = ""
    money: Money | None = None
    problem: str = ""

    @property
    def recurs_label(self) -> str:
        """How often it is paid, in words; "" for once."""
        return str(Period(self.recurs).label) if self.recurs else ""

    def price_rows(self) -> Iterable[PriceRow]:
        """What the line asks for: an emptied price, another tier or period takes the old one out."""
        if self.product is None:
            return
        tier = clean_quantity(self.tier)
        is_elsewhere = (self.was, self.was_recurs) != (tier, self.recurs)
        if self.was is not None and (is_elsewhere or self.money is None):
            yield PriceRow(self.product, None, self.was, self.was_recurs)
        if self.money is not None:
            yield PriceRow(self.product, self.money, tier, self.recurs)


def rows_of(entries: Iterable[PriceEntry], currency: str) -> list[GridRow]:
    """The stored prices as the grid shows them: plain figures, which are read back whatever the reader's place."""
    reader = current_reader()
    return [
        GridRow(
            key=str(entry.pk),
            product=entry.product,
            tier=reader.in_digits(f"{entry.min_quantity.normalize():f}"),
            price=figures(Money(entry.amount_minor, currency)),
            was=entry.min_quantity,
            recurs=entry.recurs,
            was_recurs=entry.recurs,
        )
        for entry in entries
    ]


def blank_rows() -> list[GridRow]:
    """Room for new prices."""
    one = current_reader().in_digits("1")
    return [GridRow(key=f"new{number}", tier=one) for number in range(BLANK)]


def rows_sent(data: Any, user: Any, currency: str) -> list[GridRow]:
    """The lines of a form; a blank one stays blank, a wrong one says what is wrong."""
    return [_row(key, data, user, currency) for key in data.getlist("row")[:MOST_ROWS]]


def _row(key: str, data: Mapping[str, str], user: Any, currency: str) -> GridRow:
    row = GridRow(
        key=key[:40],
        tier=(data.get(f"{key}-tier") or "1").strip()[:40],
        price=data.get(f"{key}-price", "").strip()[:60],
    )
    wanted = data.get(f"{key}-product", "")
    try:
        if data.get(f"{key}-was"):
            row.was = clean_quantity(data[f"{key}-was"])
        row.recurs = clean_period(data.get(f"{key}-recurs", "")) or ""
        row.was_recurs = clean_period(data.get(f"{key}-was_recurs", "")) or ""
        row.product = product_for(user, wanted) if wanted else None
        if row.product is None and row.price:
            raise ValidationError(_("Choose a product from the list."))
        clean_quantity(row.tier)
        row.money = parse_money(row.price, current_reader(), currency=currency) if row.price else None
    except OutOfReach:
        row.problem = _("There is no such product.")
    except MoneyError as problem:
        row.problem = problem.message
    except ValidationError as problem:
        row.problem = " ".join(problem.messages)
    return row


def figures(amount: Money) -> str:
    """The amount without its currency, in the reader's digits and with the reader's decimal sign."""
    reader = current_reader()
    decimal = str(reader.locale.number_symbols["latn"]["decimal"])
    return reader.in_digits(str(amount.amount).replace(".", decimal))
