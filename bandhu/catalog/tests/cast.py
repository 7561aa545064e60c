"""The money, products and prices of the tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bandhu.catalog import actions
from bandhu.identity.models import User
from bandhu.identity.tests.cast import make_user


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
