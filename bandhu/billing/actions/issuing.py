"""Issuing: a number without gaps, the customer and ourselves as they are today, and never a change afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.billing.actions.telling import Changes, announce, facts_of, locked
from bandhu.billing.events import CreditNoteIssued, InvoiceIssued, InvoiceVoided
from bandhu.billing.models import Invoice, InvoiceKind, InvoiceSeries, InvoiceState, Issuer
from bandhu.billing.queries import issuer
from bandhu.catalog.queries import to_base
from bandhu.customers.models import Company, Contact
from bandhu.customers.record_values import clean_day
from bandhu.identity.acting import action
from bandhu.platform.texts import clean_line

_NEXT = f"""
INSERT INTO {InvoiceSeries._meta.db_table} AS series (key, year, last) VALUES (%s, %s, 1)
ON CONFLICT (key, year) DO UPDATE SET last = series.last + 1 RETURNING last
"""  # noqa: S608 (our own table)


@action("billing.issue_invoice")
def issue_invoice(invoice: Invoice, *, actor: Any, on: Any = None, due_on: Any = None) -> Invoice:
    """Give the draft its number and close it for ever. `on` is its date: today, or earlier where no later one has a number yet.

    A credit note is subtracted from its invoice, of which it never takes more than is left. Repeating it changes nothing.
    Raises ValidationError with what is missing.
    """
    return issue_draft(invoice, actor=actor, on=on, due_on=due_on)


def issue_draft(invoice: Invoice, *, actor: Any, on: Any = None, due_on: Any = None) -> Invoice:
    """The same within an action whose permission covers it; in its transaction."""
    fresh = locked(invoice)
    if fresh.state != InvoiceState.DRAFT:
        return fresh
    seller = _issuer()
    day = clean_day(on) or timezone.localdate()
    due = clean_day(due_on) or fresh.due_on or day + timedelta(days=seller.due_days)
    _check(fresh, day, due)
    credited = _credited_invoice(fresh)
    prefix = seller.invoice_prefix if fresh.kind == InvoiceKind.INVOICE else seller.credit_prefix
    fresh.serial, fresh.number = _next_number(fresh.kind, day, prefix)
    fresh.year = day.year
    fresh.state, fresh.issued_on, fresh.issued_at = InvoiceState.ISSUED, day, timezone.now()
    fresh.due_on = due if fresh.kind == InvoiceKind.INVOICE else None
    fresh.seller, fresh.buyer = _seller_facts(seller), _buyer_facts(fresh)
    fresh.keep_amount(fresh.total, to_base(fresh.total, day))
    fresh.version += 1
    fresh.save()
    changes: Changes = {
        "state": ("draft", "issued"),
        "number": (None, fresh.number),
        "issued_on": (None, day),
    }
    event: Any
    if credited is None:
        event = InvoiceIssued(**facts_of(fresh), issued_on=day.isoformat(), due_on=due.isoformat())
    else:
        _subtract(credited, fresh, actor)
        event = CreditNoteIssued(**facts_of(fresh), credited_invoice_id=str(credited.pk), reason=fresh.reason)
    announce(fresh, "issued", actor=actor, events=(event,), changes=changes, searched=True)
    return fresh


@action("billing.credit_invoice")
def void_invoice(invoice: Invoice, *, actor: Any, reason: str) -> Invoice:
    """An invoice that should not have been: its number stays, nobody owes it. Only while nothing was paid or credited.

    Raises ValidationError by field.
    """
    fresh, reason = locked(invoice), clean_line(reason or "", 300)
    if fresh.state == InvoiceState.VOID:
        return fresh
    if not reason:
        raise ValidationError({"reason": _("Say why.")}, code="required")
    if (
        fresh.state != InvoiceState.ISSUED
        or fresh.kind != InvoiceKind.INVOICE
        or fresh.paid_minor
        or fresh.credited_minor
    ):
        text = _(
            "Only an issued invoice on which nothing was paid or credited can be made void. Write a credit note."
        )
        raise ValidationError(text, code="not_voidable")
    fresh.state = InvoiceState.VOID
    fresh.version += 1
    fresh.save(update_fields=["state", "version", "updated_at"])
    event = InvoiceVoided(**facts_of(fresh), reason=reason)
    changes: Changes = {"state": ("issued", "void"), "reason": (None, reason)}
    announce(fresh, "voided", actor=actor, events=(event,), changes=changes)
    return fresh


def state_after(invoice: Invoice) -> str:
    """The state of an issued invoice by what was paid and credited."""
    amount = invoice.amount_minor or 0
    if invoice.credited_minor >= amount:
        return InvoiceState.CREDITED
    if invoice.paid_minor + invoice.credited_minor >= amount:
        return InvoiceState.PAID
    return InvoiceState.PART_PAID if invoice.paid_minor else InvoiceState.ISSUED


def _issuer() -> Issuer:
    found = issuer()
    if found is None:
        text = _(
            "Nobody has written yet who issues invoices. An administrator does so under Settings, Invoices."
        )
        raise ValidationError(text, code="no_issuer")
    return found


def _check(invoice: Invoice, day: date, due: date) -> None:
    if not invoice.lines.exists():
        raise ValidationError({"lines": _("An invoice needs a line.")}, code="required")
    if invoice.total.minor <= 0:
        raise ValidationError(
            {"lines": _("The total of an invoice is larger than nought.")}, code="not_positive"
        )
    if day > timezone.localdate():
        raise ValidationError({"on": _("An invoice is not dated in the future.")}, code="future")
    if due < day:
        raise ValidationError(
            {"due_on": _("The due date lies before the date of the invoice.")}, code="order"
        )


def _next_number(kind: str, day: date, prefix: str) -> tuple[int, str]:
    """The next of the series and year, and as it is written. Its row stays locked until this transaction ends: whoever comes next
    waits, and a rollback gives the number back. Numbers another system gave already, which a file brought in, are passed over."""
    serial, number = _count_on(kind, day, prefix)
    while Invoice.objects.filter(number=number, import_key__isnull=False).exists():
        serial, number = _count_on(kind, day, prefix)
    latest = Invoice.objects.filter(kind=kind, year=day.year).aggregate(latest=Max("issued_on"))["latest"]
    if latest and day < latest:
        text = _(
            "An invoice of %(date)s has a number already: an earlier date would put the numbers out of order."
        )
        raise ValidationError({"on": text % {"date": latest.isoformat()}}, code="order")
    return serial, number


def _count_on(kind: str, day: date, prefix: str) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [kind, day.year])
        serial: int = cursor.fetchone()[0]
    return serial, f"{prefix}{day.year}-{serial:05d}"


def _credited_invoice(credit_note: Invoice) -> Invoice | None:
    """The invoice a credit note is about, locked; None for an invoice. Raises ValidationError where it takes too much."""
    if credit_note.credits is None:
        return None
    found = locked(credit_note.credits)
    if found.state == InvoiceState.VOID:
        raise ValidationError(_("This invoice is void: there is nothing to credit."), code="void")
    taken = found.credit_notes.exclude(state=InvoiceState.DRAFT)
    tax = sum(taken.values_list("tax_minor", flat=True))
    left = found.money((found.amount_minor or 0) - found.credited_minor)
    if credit_note.total.minor > left.minor or credit_note.tax_minor > found.tax_minor - tax:
        text = _("Of the invoice %(left)s is left to credit, with %(tax)s of tax in it; this is more.")
        words = {"left": left.written(), "tax": found.money(found.tax_minor - tax).written()}
        raise ValidationError({"lines": text % words}, code="too_much")
    return found


def _subtract(invoice: Invoice, credit_note: Invoice, actor: Any) -> None:
    before = invoice.state
    invoice.credited_minor += credit_note.amount_minor or 0
    invoice.state = state_after(invoice)
    invoice.version += 1
    invoice.save(update_fields=["credited_minor", "state", "version", "updated_at"])
    changes: Changes = {"credited": (None, str(credit_note.total)), "state": (before, invoice.state)}
    announce(invoice, "credited", actor=actor, changes=changes)


def _seller_facts(seller: Issuer) -> dict[str, Any]:
    names = (
        "name", "street", "city", "region", "postcode", "country", "tax_number", "registration_number", "mail", "phone",
        "payment_note", "bank_account",
    )  # fmt: skip
    return {name: getattr(seller, name) for name in names}


def _buyer_facts(invoice: Invoice) -> dict[str, Any]:
    company, contact = invoice.company, invoice.contact
    payer: Company | Contact | None = company or contact
    if payer is None:
        raise ValidationError({"contact": _("Choose the contact or the company who pays.")}, code="required")
    address: Mapping[str, Any] = payer.addresses.order_by("-is_primary", "pk").values(
        "street", "city", "region", "postcode", "country"
    ).first() or {"street": "", "city": payer.city, "region": "", "postcode": "", "country": payer.country}
    return {
        "name": (company.legal_name or company.name) if company else contact.full_name,  # type: ignore[union-attr]
        "person": contact.full_name if company and contact else "",
        "mail": (contact or payer).primary_mail,
        "tax_number": invoice.buyer_tax_number,
        "registration_number": company.registration_number if company else "",
        **address,
    }
