"""Builders for billing in tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import time_machine

from bandhu.billing import actions
from bandhu.billing.actions import LineDraft
from bandhu.billing.models import Invoice, Issuer, Subscription
from bandhu.catalog.tests.cast import make_money
from bandhu.catalog.totals import Tax
from bandhu.customers.tests.cast import make_company
from bandhu.identity.models import User
from bandhu.identity.tests.cast import make_user
from bandhu.platform.money import Money

VAT = Tax("VAT", Decimal(15))


def make_house() -> User:
    """Books in BDT with rates, an issuer in Dhaka; returns the administrator who wrote them."""
    boss = make_money(make_user("Boss", role="administrator"))
    make_issuer(boss)
    return boss


def make_issuer(by: User, **values: Any) -> Issuer:
    usual = {
        "name": "Bandhu Rice Ltd",
        "street": "12 Kazi Nazrul Islam Avenue",
        "city": "Dhaka",
        "postcode": "1215",
    }
    more = {"country": "BD", "tax_number": "000123456-0101", "bank_account": "1234.5678", "due_days": 30}
    return actions.set_issuer(actor=by, **(usual | more | values))


def taka(amount: str) -> Money:
    return Money.of(amount, "BDT")


def line(name: str = "Rice, 50 kg", price: str = "1000", quantity: Any = 1, **values: Any) -> LineDraft:
    """A line in taka with 15 % of VAT on top."""
    given = {"unit_price": taka(price), "tax": VAT} | values
    return LineDraft(name=name, quantity=quantity, **given)


def make_draft(*lines: LineDraft, by: User, **values: Any) -> Invoice:
    """Of a company of its own unless one is given; one line of 1000 taka with VAT without others."""
    if not {"contact", "company", "opportunity"} & values.keys():
        values["company"] = make_company("Padma Traders", by=by)
    return actions.create_invoice(actor=by, lines=lines or (line(),), **values)


def make_invoice(*lines: LineDraft, by: User, on: Any = None, due_on: Any = None, **values: Any) -> Invoice:
    """The same, issued: 1150 taka unless lines are given."""
    return actions.issue_invoice(make_draft(*lines, by=by, **values), actor=by, on=on, due_on=due_on)


def plan(price: str = "3100", quantity: Any = 1, **values: Any) -> LineDraft:
    """What a whole period costs; without a tax unless one is given."""
    return line("Rice plan", price, quantity, **({"tax": None} | values))


def make_subscription(*lines: LineDraft, by: User, **values: Any) -> Subscription:
    """Monthly, of a company of its own in UTC unless others are given; 3100 taka without tax."""
    if not {"contact", "company", "order"} & values.keys():
        values["company"] = make_company("Padma Traders", by=by)
    usual = {"time_zone": "UTC"}
    return actions.create_subscription(actor=by, lines=lines or (plan(),), **(usual | values))


def at(day: str, hour: str = "12:00") -> Any:
    """The clock stands still at this moment (UTC)."""
    return time_machine.travel(f"{day}T{hour}:00Z", tick=False)


def billed_on(day: str, hour: str = "12:00") -> int:
    """Run the job at this moment; returns how many periods it billed."""
    with at(day, hour):
        return actions.bill_due_subscriptions()


def invoices_of(subscription: Subscription) -> list[tuple[str, int]]:
    """(kind, amount in minor units) of its documents, in the order in which they were written."""
    return list(subscription.invoices.order_by("created_at", "pk").values_list("kind", "amount_minor"))
