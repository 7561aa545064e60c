"""The money, products and prices of the tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from bandhu.catalog import actions
from bandhu.catalog.models import PriceBook, Product
from bandhu.identity.models import User
from bandhu.identity.tests.cast import make_user
from bandhu.platform.money import Money


def make_administrator(name: str = "Asha") -> User:
    """Who may do everything."""
    return make_user(name, role="administrator")


def make_money(actor: User | None = None) -> User:
    """Books in BDT, with rates of USD 120 and LKR 0.4 from the start of 2026; returns who wrote them."""
    actor = actor or make_administrator()
    actions.choose_base_currency(actor=actor, code="BDT")
    for currency, rate in (("USD", "120"), ("LKR", "0.4")):
        actions.set_rate(actor=actor, currency=currency, on=date(2026, 1, 1), rate=Decimal(rate))
    return actor


def make_product(actor: User, code: str = "CHAIR", **columns: Any) -> Product:
    """A product with an English and a Bengali name."""
    names = columns.pop("names", {"en": code.title(), "bn": f"{code} বাংলা"})
    return actions.create_product(actor=actor, code=code, names=names, **columns)


def make_book(
    actor: User, name: str = "Retail", prices: dict[Any, Any] | None = None, **columns: Any
) -> PriceBook:
    """A book in BDT; `prices` maps a product, or (product, tier), to units of the currency."""
    columns = {"currency": "BDT"} | columns
    book = actions.create_price_book(actor=actor, name=name, **columns)
    rows = []
    for place, amount in (prices or {}).items():
        product, tier = place if isinstance(place, tuple) else (place, 1)
        rows.append(actions.PriceRow(product, Money.of(str(amount), book.currency), Decimal(str(tier))))
    actions.set_prices(book, rows, actor=actor)
    return book
