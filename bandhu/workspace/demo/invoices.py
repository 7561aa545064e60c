"""Invoices of the last months: most paid, some in part, some overdue, one credited; through the write door, since nothing else may issue."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.actions import LineDraft
from bandhu.billing.models import Invoice
from bandhu.catalog.totals import Tax
from bandhu.platform.money import Money
from bandhu.sales.models import Opportunity, StageKind

MOST = 60
_METHODS = ("bank", "bank", "wallet", "cheque", "cash")
_TAXES = {"BDT": ("VAT", 15), "INR": ("GST", 5), "LKR": ("VAT", 18)}


def write_invoices(actor: Any, rng: Random) -> int:
    """One for each of the newest won sales, in the order in which they were won, as invoices are numbered; returns how many."""
    actions.set_issuer(
        actor=actor, name="Meghna Traders Ltd.", street="12 Motijheel", city="Dhaka", postcode="1000", country="BD",
        tax_number="000123456-0101", bank_account="0123-4567-8901", payment_note="Dutch-Bangla Bank, Dhaka · bKash 01700-000000",
    )  # fmt: skip
    won = Opportunity.objects.filter(state=StageKind.WON, amount_minor__gt=0, closed_at__lte=timezone.now())
    newest = won.select_related("contact", "company", "owner", "team").order_by("-closed_at")[:MOST]
    sales = list(newest)[::-1]
    made = [_invoice(one, actor) for one in sales]
    for invoice in made:
        _what_became_of_it(invoice, actor, rng)
    return len(made)


def _invoice(sale: Opportunity, actor: Any) -> Invoice:
    assert sale.amount is not None and sale.closed_at is not None  # as asked for above
    name, percent = _TAXES.get(sale.currency, ("", 0))
    line = LineDraft(
        name=sale.name, unit_price=sale.amount, tax=Tax(name, Decimal(percent)) if name else None
    )
    draft = actions.create_invoice(
        actor=actor, opportunity=sale, owner=sale.owner, team=sale.team, currency=sale.currency, lines=[line]
    )
    return actions.issue_invoice(draft, actor=actor, on=timezone.localdate(sale.closed_at))


def _what_became_of_it(invoice: Invoice, actor: Any, rng: Random) -> None:
    """Paid, paid in part, left open, or credited."""
    assert invoice.issued_on is not None
    day = min(invoice.issued_on + timedelta(days=rng.randrange(2, 40)), timezone.localdate())
    chance = rng.random()
    if chance < 0.62:
        _pay(invoice, invoice.total, day, actor, rng)
    elif chance < 0.78:
        _pay(invoice, invoice.money((invoice.total.minor + 1) // 2), day, actor, rng)
    elif chance > 0.96:
        note = actions.draft_credit_note(invoice, actor=actor, reason="Ordered twice")
        actions.issue_invoice(note, actor=actor)


def _pay(invoice: Invoice, amount: Money, day: date, actor: Any, rng: Random) -> None:
    reference = f"TRX-{rng.randrange(10**7, 10**8)}"
    actions.record_payment(
        invoice, actor=actor, amount=amount, method=rng.choice(_METHODS), received_on=day, reference=reference
    )
