"""Who owes us: the owner of an open invoice is given a follow-up on the days the administrator chose."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bandhu.billing.actions.telling import facts_of
from bandhu.billing.events import InvoiceOverdue
from bandhu.billing.models import OPEN_STATES, Invoice, InvoiceKind, Reminder
from bandhu.billing.queries import issuer
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import plan_follow_up
from bandhu.platform.events import publish
from bandhu.ui.formats import Reader

_DUE_WITHIN = timedelta(hours=8)


def remind_of_due_invoices(today: date | None = None) -> int:
    """A follow-up for each open invoice that reached a step since its due date; each step once. Returns how many.

    An invoice that reached several steps at once (the job stood still) is reminded of once.
    """
    on, who = today or timezone.localdate(), issuer()
    steps = who.reminder_days if who else []
    if not steps:
        return 0
    rows = Invoice.objects.filter(
        kind=InvoiceKind.INVOICE, state__in=OPEN_STATES, due_on__lte=on - timedelta(days=min(steps))
    )
    return sum(_remind(pk, steps, on) for pk in rows.order_by("due_on", "pk").values_list("pk", flat=True))


@transaction.atomic
def _remind(invoice_id: Any, steps: list[int], on: date) -> bool:
    invoice = Invoice.objects.select_for_update().get(pk=invoice_id)
    if not invoice.is_open or invoice.due_on is None:
        return False
    late = (on - invoice.due_on).days
    reached = [step for step in steps if step <= late]
    known = set(invoice.reminders.values_list("days", flat=True))
    fresh = [step for step in reached if step not in known]
    if not fresh:
        return False
    Reminder.objects.bulk_create([Reminder(invoice=invoice, days=step) for step in fresh])
    _follow_up(invoice, late)
    publish(
        InvoiceOverdue(**facts_of(invoice), days=late, balance_minor=invoice.balance.minor),
        actor=system_user(),
    )
    return True


def _follow_up(invoice: Invoice, late: int) -> None:
    """For the owner, in the owner's language; an invoice of nobody is only told of by the event."""
    customer, owner = invoice.contact or invoice.company, invoice.owner
    if customer is None or owner is None or not owner.is_active:
        return
    with translation.override(owner.language or "en"):
        text = _("Invoice %(number)s is overdue since %(days)s days: %(amount)s are open.")
        reader = Reader(language=owner.language or "en")
        what = text % {"number": invoice.number, "days": late, "amount": invoice.balance.written(reader)}
    plan_follow_up(customer, actor=system_user(), what=what, due_at=timezone.now() + _DUE_WITHIN, owner=owner)
