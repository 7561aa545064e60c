"""Reading invoices and credit notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.utils import timezone

from bandhu.billing.models import (
    OPEN_STATES,
    OVERDUE,
    BilledPeriod,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    Issuer,
    Payment,
    Subscription,
)
from bandhu.catalog.models import TaxRate
from bandhu.customers.models import Company, Contact
from bandhu.customers.queries.contacts import as_uuid
from bandhu.identity.masking import may_see, seen
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.quotes.models import Order
from bandhu.sales.models import Opportunity

VIEW = "billing.view_invoice"


def issuer() -> Issuer | None:
    """Who writes the invoices; None until an administrator has said so."""
    return Issuer.objects.first()


def issuer_or_new() -> Issuer:
    """The same, or an empty one with the usual terms to be filled in; not stored."""
    return issuer() or Issuer(country=str(settings.DEFAULT_COUNTRY))


def home_country() -> str:
    """The country whose taxes are due: the issuer's, else the installation's."""
    found = issuer()
    return found.country if found else str(settings.DEFAULT_COUNTRY)


def taxes_of_today() -> list[TaxRate]:
    """The taxes that may be put on a line today."""
    today = timezone.localdate()
    rows = TaxRate.objects.filter(country=home_country(), valid_from__lte=today)
    return list(rows.filter(Q(valid_to=None) | Q(valid_to__gte=today)).order_by("name", "percent"))


def with_standing(rows: QuerySet) -> QuerySet:
    """Adds `standing_now`: the state, or "overdue"."""
    late = Q(kind=InvoiceKind.INVOICE, state__in=OPEN_STATES, due_on__lt=timezone.localdate())
    standing = Case(When(late, then=Value(OVERDUE)), default=F("state"), output_field=CharField())
    return rows.annotate(standing_now=standing)


def invoices(user: Any, permission: str = VIEW) -> ScopedQuerySet:
    """Every invoice and credit note the user may see (or may do `permission` to). Order them yourself."""
    return Invoice.objects.visible_to(user, permission)


def invoice_for(user: Any, invoice_id: UUID | str, permission: str = VIEW) -> Invoice:
    """One with all it points to; raises OutOfReach (404)."""
    rows = invoices(user, permission).select_related(
        "contact", "company", "owner", "team", "opportunity", "order", "credits", "subscription"
    )
    found = rows.filter(pk=as_uuid(invoice_id)).first()
    if found is None:
        raise OutOfReach
    return found


def invoice_numbered(user: Any, number: str) -> Invoice | None:
    """The issued invoice of this number among those the user may see."""
    return invoices(user).filter(number=number.strip()[:40]).exclude(number="").first()


def invoices_of(user: Any, record: Contact | Company | Opportunity | Order) -> ScopedQuerySet:
    """Of a contact, of a company and its people, of an opportunity or of an order; the newest first."""
    if isinstance(record, Contact):
        mine = Q(contact=record)
    elif isinstance(record, Company):
        mine = Q(company=record) | Q(contact__company=record)
    elif isinstance(record, Opportunity):
        mine = Q(opportunity=record)
    else:
        mine = Q(order=record)
    return invoices(user).filter(mine).select_related("owner").order_by("-created_at", "-pk")


@dataclass
class InvoiceCard:
    """Everything the page of an invoice shows. Customers out of reach are left out."""

    record: Invoice
    lines: list[InvoiceLine]
    contact: Contact | None
    company: Company | None
    opportunity: Opportunity | None
    order: Order | None
    subscription: Subscription | None
    period: BilledPeriod | None
    payments: list[Payment]
    credit_notes: list[Invoice]
    may: dict[str, bool] = field(default_factory=dict)


_VERBS = {
    "change": "billing.change_invoice",
    "issue": "billing.issue_invoice",
    "credit": "billing.credit_invoice",
    "pay": "billing.record_payment",
    "refund": "billing.refund_payment",
}


def invoice_card(user: Any, invoice_id: UUID | str) -> InvoiceCard:
    """The page of an invoice. Raises OutOfReach (404)."""
    found = invoice_for(user, invoice_id)
    return InvoiceCard(
        record=found,
        lines=list(found.lines.select_related("product")),
        contact=seen(user, found.contact, "customers.view_contact"),
        company=seen(user, found.company, "customers.view_company"),
        opportunity=seen(user, found.opportunity, "sales.view_opportunity"),
        order=found.order if found.order and may_see(user, "quotes.view_order", found.order) else None,
        subscription=seen_subscription(user, found),
        period=BilledPeriod.objects.filter(invoice=found).first() if found.subscription_id else None,
        payments=list(found.payments.select_related("account", "created_by").order_by("received_on", "pk")),
        credit_notes=list(found.credit_notes.order_by("created_at")),
        may={name: may_see(user, permission, found) for name, permission in _VERBS.items()},
    )


def seen_subscription(user: Any, invoice: Invoice) -> Subscription | None:
    """What the invoice bills a period of, where the user may see it."""
    held = invoice.subscription
    return held if held and may_see(user, "billing.view_subscription", held) else None


def payment_for(user: Any, payment_id: UUID | str, permission: str = VIEW) -> Payment:
    """One payment or refund; raises OutOfReach."""
    rows = Payment.objects.visible_to(user, permission).select_related("invoice", "account", "refunds")
    found = rows.filter(pk=as_uuid(payment_id)).first()
    if found is None:
        raise OutOfReach
    return found


def payments(user: Any) -> ScopedQuerySet:
    """Every payment and refund on invoices the user may see, the newest first."""
    rows = Payment.objects.visible_to(user, VIEW).select_related("invoice", "account")
    return rows.order_by("-created_at", "-pk")


def public_invoice(token: str) -> Invoice:
    """The issued invoice of a public address; raises OutOfReach. Nobody is signed in: the token is the key."""
    rows = Invoice.objects.select_related("credits").filter(import_key=None).exclude(state="draft")
    found = rows.filter(token=token).first() if 20 <= len(token) <= 64 else None
    if found is None:
        raise OutOfReach
    return found
