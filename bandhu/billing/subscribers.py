"""What billing does about its events: the customer's timeline tells of them."""

from __future__ import annotations

from typing import Any

from bandhu.billing import events
from bandhu.billing.actions import begin_subscriptions, lift_hold
from bandhu.billing.models import Invoice, Subscription
from bandhu.customers.actions import make_customers
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import Person, log_interaction
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord
from bandhu.quotes.events import OrderPlaced
from bandhu.quotes.models import Order


@subscribe(events.InvoiceIssued)
def tell_invoice(event: events.InvoiceIssued, record: EventRecord) -> None:
    _on_timeline("invoice_issued", event, record, event.invoice_id, event.amount_minor)


@subscribe(events.CreditNoteIssued)
def tell_credit_note(event: events.CreditNoteIssued, record: EventRecord) -> None:
    _on_timeline("credit_note_issued", event, record, event.invoice_id, event.amount_minor)


@subscribe(events.PaymentReceived)
def tell_payment(event: events.PaymentReceived, record: EventRecord) -> None:
    _on_timeline("payment", event, record, event.payment_id, event.paid_minor)


@subscribe(events.PaymentRefunded)
def tell_refund(event: events.PaymentRefunded, record: EventRecord) -> None:
    _on_timeline("payment_refunded", event, record, event.payment_id, event.paid_minor)


@subscribe(events.InvoiceVoided)
def tell_void(event: events.InvoiceVoided, record: EventRecord) -> None:
    _on_timeline("invoice_voided", event, record, event.invoice_id, event.amount_minor)


def _on_timeline(kind: str, event: Any, record: EventRecord, told_id: str, minor: int) -> None:
    """One entry however often the job runs. It is news about the customer, no contact with them."""
    invoice = Invoice.objects.select_related("contact", "company").filter(pk=event.invoice_id).first()
    customer = invoice and (invoice.contact or invoice.company)
    if not customer:
        return
    log_interaction(
        customer,
        actor=system_user(),
        kind=kind,
        occurred_at=record.occurred_at,
        subject=event.number,
        people=[Person(user=record.actor)] if record.actor else (),
        details={"invoice_id": event.invoice_id, "minor": minor, "currency": event.currency},
        source="billing",
        external_id=f"{kind}:{told_id}",
        touches=False,
    )


@subscribe(OrderPlaced)
def begin_what_comes_again(event: OrderPlaced, record: EventRecord) -> None:
    """Its subscriptions, with the invoice of the first period."""
    order = Order.objects.filter(pk=event.order_id).first()
    if order is not None:
        begin_subscriptions(order, actor=system_user())


@subscribe(events.SubscriptionStarted)
def tell_subscription_started(event: events.SubscriptionStarted, record: EventRecord) -> None:
    _subscription_on_timeline("subscription_started", event, record)


@subscribe(events.SubscriptionPaused)
def tell_subscription_paused(event: events.SubscriptionPaused, record: EventRecord) -> None:
    _subscription_on_timeline("subscription_paused", event, record)


@subscribe(events.SubscriptionResumed)
def tell_subscription_resumed(event: events.SubscriptionResumed, record: EventRecord) -> None:
    _subscription_on_timeline("subscription_resumed", event, record)


@subscribe(events.SubscriptionPastDue)
def tell_subscription_past_due(event: events.SubscriptionPastDue, record: EventRecord) -> None:
    _subscription_on_timeline("subscription_past_due", event, record)


@subscribe(events.InvoicePaid)
def let_subscription_go_on(event: events.InvoicePaid, record: EventRecord) -> None:
    """At once where its last overdue invoice was paid; the hourly job would see it as well."""
    invoice = Invoice.objects.filter(pk=event.invoice_id).first()
    if invoice is not None and invoice.subscription_id is not None:
        lift_hold(invoice.subscription_id)


@subscribe(events.InvoicePaid)
def paying_makes_customers(event: events.InvoicePaid, record: EventRecord) -> None:
    make_customers(actor=system_user(), contact_id=event.contact_id, company_id=event.company_id)


@subscribe(events.SubscriptionEnded)
def tell_subscription_ended(event: events.SubscriptionEnded, record: EventRecord) -> None:
    _subscription_on_timeline("subscription_ended", event, record)


def _subscription_on_timeline(kind: str, event: Any, record: EventRecord) -> None:
    """One entry for each event, however often the job runs."""
    found = Subscription.objects.select_related("contact", "company").filter(pk=event.subscription_id).first()
    customer = found and (found.contact or found.company)
    if not customer:
        return
    log_interaction(
        customer,
        actor=system_user(),
        kind=kind,
        occurred_at=record.occurred_at,
        subject=event.number,
        people=[Person(user=record.actor)] if record.actor else (),
        details={
            "subscription_id": event.subscription_id,
            "minor": event.amount_minor,
            "currency": event.currency,
        },
        source="billing",
        external_id=f"{kind}:{record.pk}",
        touches=False,
    )
