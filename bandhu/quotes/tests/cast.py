"""Builders for quotes in tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from bandhu.catalog import actions as catalog
from bandhu.catalog.models import TaxClass
from bandhu.catalog.tests.cast import make_administrator, make_book, make_money, make_product
from bandhu.customers.tests.cast import make_company
from bandhu.identity.models import User
from bandhu.quotes import actions
from bandhu.quotes.models import Quote, QuoteVersion

SINCE = date(2026, 1, 1)


def make_shop(name: str = "Asha", vat: str = "15", *, is_inclusive: bool = False) -> tuple[User, Any]:
    """Money in BDT, VAT in Bangladesh, and a chair for 1500 (1200 from ten on); returns who may do everything, and the chair."""
    admin = make_money(make_administrator(name))
    make_tax(admin, vat, is_inclusive=is_inclusive)
    chair = make_product(admin, tax_class="standard")
    make_book(admin, prices={chair: 1500, (chair, 10): 1200})
    return admin, chair


def make_tax(admin: User, percent: str, country: str = "BD", *, is_inclusive: bool = False) -> None:
    """The standard tax of a country."""
    catalog.set_tax_rate(
        actor=admin, tax_class=TaxClass.objects.get(key="standard"), country=country, name="VAT", percent=percent,
        valid_from=SINCE, is_inclusive=is_inclusive,
    )  # fmt: skip


def free_line(name: str = "Delivery", price: str = "100", quantity: Any = 1, **values: Any) -> dict[str, Any]:
    """A line no catalogue knows, taxed as usual."""
    return {"name": name, "unit_price": price, "quantity": quantity, "tax_class": "standard", **values}


def make_quote(by: User, lines: Any = (), **values: Any) -> Quote:
    """A draft for a company in Bangladesh unless somebody is named."""
    if not {"contact", "company", "opportunity"} & values.keys():
        values["company"] = make_company(
            "Padma Traders", by=by, addresses=[{"city": "Dhaka", "country": "BD"}]
        )
    return actions.create_quote(actor=by, lines=lines, **values)


def sent_quote(by: User, lines: Any = None, **values: Any) -> Quote:
    """One the customer has."""
    return actions.send_quote(make_quote(by, lines or [free_line()], **values), actor=by)


def paper(quote: Quote) -> QuoteVersion:
    """Its newest version as stored."""
    found = Quote.objects.select_related("current").get(pk=quote.pk).current
    assert found is not None
    return found


def limit(user: User, percent: str, admin: User) -> None:
    """How much discount this person may give."""
    catalog.set_discount_limit(actor=admin, user=user, percent=Decimal(percent))
