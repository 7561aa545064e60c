"""REST: invoices and credit notes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.billing import actions, queries
from bandhu.billing.api.shapes import MoneyIO, money_of
from bandhu.billing.models import Invoice
from bandhu.billing.paper_to_send import invoice_to_send
from bandhu.billing.papers import ELSEWHERE, file_name_of, invoice_pdf
from bandhu.billing.ubl import ubl_of
from bandhu.catalog.queries import product_for
from bandhu.catalog.totals import Tax
from bandhu.channels.paper_mails import PaperMailIn, PaperMailOut, send_by_rest
from bandhu.platform.custom_fields import seen_values
from bandhu.platform.file_answers import described, made_answer
from bandhu.platform.listing import listing_for
from bandhu.platform.pdf import PaperError
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.rest import (
    Day,
    Given,
    ListIn,
    PageOf,
    answers,
    filter_tree,
    page_of,
    wanted_version,
    with_version,
)
from bandhu.quotes import queries as quotes
from bandhu.quotes.models import PricedLine

router = Router(tags=["invoices"])
KIND = "invoice"
_LINKS = ("contact", "company", "opportunity", "owner", "team")
_TEXTS = ("reference", "buyer_tax_number", "note", "language", "currency")


class TaxIO(Given):
    """`percent` of the amount; inclusive where the price contains it."""

    name: str = Field("", max_length=40)
    percent: Decimal = Field(ge=0, le=100, max_digits=7, decimal_places=4)
    is_inclusive: bool = False


class InvoiceLineIn(Given):
    """Without `unit_price` a product costs what the price books say; without `tax` it bears its own; `tax: null` bears none."""

    product_id: UUID | None = None
    name: str = Field("", max_length=300)
    description: str = Field("", max_length=2000)
    quantity: Decimal = Decimal(1)
    unit: str = Field("", max_length=3)
    unit_price: MoneyIO | None = None
    discount: Decimal = Field(Decimal(0), ge=0, le=100)
    tax: TaxIO | None = None


class InvoicePatch(Given):
    """What is sent is changed; `lines` replaces all lines; `custom` are own fields by key."""

    contact_id: UUID | None = None
    company_id: UUID | None = None
    opportunity_id: UUID | None = None
    currency: str | None = Field(None, max_length=3)
    language: str | None = Field(None, max_length=12)
    due_on: Day | None = None
    reference: str | None = Field(None, max_length=120)
    buyer_tax_number: str | None = Field(None, max_length=60)
    note: str | None = None
    owner_id: UUID | None = None
    team_id: UUID | None = None
    custom: dict[str, Any] | None = None
    lines: list[InvoiceLineIn] | None = Field(None, max_length=1000)


class InvoiceIn(InvoicePatch):
    """A draft for a customer, or with `order_id` alone a draft with the lines of an order."""

    order_id: UUID | None = None


class IssueIn(Given):
    """`on` is today where it is left out; `due_on` the usual term after it."""

    on: Day | None = None
    due_on: Day | None = None


class InvoiceReasonIn(Given):
    """Why; it stands on the credit note, or in the trail of what was made void."""

    reason: str = Field(max_length=300)


class InvoiceLineOut(Schema):
    """Amounts in minor units of the invoice: net + tax = total."""

    position: int
    product_id: UUID | None
    code: str
    name: str
    description: str
    quantity: Decimal
    unit: str
    unit_price_minor: int
    discount: Decimal
    tax: TaxIO | None
    discount_minor: int
    net_minor: int
    tax_minor: int
    total_minor: int


class InvoiceOut(Schema):
    """`standing` is the state, or "overdue". `balance_minor` below nought is owed to the customer."""

    id: UUID
    version: int
    kind: str
    state: str
    standing: str
    number: str
    contact_id: UUID | None
    company_id: UUID | None
    opportunity_id: UUID | None
    order_id: UUID | None
    credits_id: UUID | None
    language: str
    issued_on: date | None
    due_on: date | None
    reference: str
    reason: str
    note: str
    currency: str
    net_minor: int
    tax_minor: int
    amount_minor: int
    paid_minor: int
    credited_minor: int
    balance_minor: int
    base_amount_minor: int
    rate: Decimal
    rate_date: date
    owner_id: UUID | None
    team_id: UUID | None
    created_at: datetime
    updated_at: datetime
    custom: dict[str, Any]
    url: str
    lines: list[InvoiceLineOut]


@router.get("/invoices", response=answers(PageOf[InvoiceOut]))
def list_invoices(request: HttpRequest, asked: ListIn) -> Any:
    """The newest first, or as `sort` says; credit notes too."""
    definition = {"filter": filter_tree(asked.filter), "sort": asked.sort}
    rows, order = listing_for(request.user, KIND, definition, text=asked.q).ordered()
    return page_of(rows.prefetch_related("lines"), order, asked, lambda one: _shaped(request, one))


@router.post("/invoices", response=answers(InvoiceOut, 201))
def create_invoice(request: HttpRequest, response: HttpResponse, payload: InvoiceIn) -> Any:
    """A new draft."""
    if payload.order_id is not None:
        order = quotes.order_for(request.user, payload.order_id)
        return Status(201, _answer(request, response, actions.invoice_order(order, actor=request.user)))
    given = _arguments(request, payload)
    given.pop("order_id", None)
    return Status(201, _answer(request, response, actions.create_invoice(actor=request.user, **given)))


@router.get("/invoices/{invoice_id}", response=answers(InvoiceOut))
def get_invoice(request: HttpRequest, response: HttpResponse, invoice_id: UUID) -> Any:
    """One invoice or credit note; its version is the ETag."""
    return _fresh(request, response, invoice_id)


@router.patch("/invoices/{invoice_id}", response=answers(InvoiceOut))
def change_invoice(
    request: HttpRequest, response: HttpResponse, invoice_id: UUID, payload: InvoicePatch
) -> Any:
    """Change a draft. With If-Match, a version that is no longer the newest is refused (412)."""
    found = queries.invoice_for(request.user, invoice_id)
    given = _arguments(request, payload)
    actions.change_invoice(found, actor=request.user, version=wanted_version(request, found.version), **given)
    return _fresh(request, response, invoice_id)


@router.delete("/invoices/{invoice_id}", response=answers(None, 204))
def delete_draft(request: HttpRequest, invoice_id: UUID) -> Any:
    """Throw a draft away; an issued one is refused (422)."""
    actions.delete_draft(queries.invoice_for(request.user, invoice_id), actor=request.user)
    return Status(204, None)


@router.post("/invoices/{invoice_id}/issue", response=answers(InvoiceOut))
def issue_invoice(request: HttpRequest, response: HttpResponse, invoice_id: UUID, payload: IssueIn) -> Any:
    """Give it its number. Repeating it changes nothing."""
    found = queries.invoice_for(request.user, invoice_id)
    actions.issue_invoice(found, actor=request.user, on=payload.on, due_on=payload.due_on)
    return _fresh(request, response, invoice_id)


@router.get(
    "/invoices/{invoice_id}/paper",
    response=answers(None),
    openapi_extra=described("application/pdf", "The paper"),
)
def get_invoice_paper(request: HttpRequest, invoice_id: UUID) -> Any:
    """The PDF: as it was issued, of a draft as it stands. One of another system has its paper there (422)."""
    found = queries.invoice_for(request.user, invoice_id)
    try:
        content = invoice_pdf(found)
    except PaperError as problem:
        raise ValidationError(str(problem), code="paper") from problem
    return made_answer(content, "application/pdf", f"{file_name_of(found)}.pdf")


@router.get(
    "/invoices/{invoice_id}/electronic-invoice",
    response=answers(None),
    openapi_extra=described("application/xml", "UBL 2.1 as EN 16931 has it"),
)
def get_electronic_invoice(request: HttpRequest, invoice_id: UUID) -> Any:
    """The electronic invoice or credit note (UBL); of an issued one only (422)."""
    found = queries.invoice_for(request.user, invoice_id)
    if found.is_from_elsewhere:
        raise ValidationError(str(ELSEWHERE), code="elsewhere")
    if not found.number:
        raise ValidationError(_("A draft has no number yet: issue it first."), code="draft")
    return made_answer(ubl_of(found), "application/xml", f"{file_name_of(found)}.xml")


@router.post("/invoices/{invoice_id}/mails", response=answers(PaperMailOut, 201))
def mail_invoice(request: HttpRequest, invoice_id: UUID, payload: PaperMailIn) -> Any:
    """Send an issued invoice or credit note to its customer by mail, with its PDF."""
    paper = invoice_to_send(request.user, queries.invoice_for(request.user, invoice_id))
    return Status(201, send_by_rest(request, paper, payload))


@router.post("/invoices/{invoice_id}/void", response=answers(InvoiceOut))
def void_invoice(
    request: HttpRequest, response: HttpResponse, invoice_id: UUID, payload: InvoiceReasonIn
) -> Any:
    """Make it void; only while nothing was paid or credited."""
    found = queries.invoice_for(request.user, invoice_id)
    actions.void_invoice(found, actor=request.user, reason=payload.reason)
    return _fresh(request, response, invoice_id)


@router.post("/invoices/{invoice_id}/credit-notes", response=answers(InvoiceOut, 201))
def draft_credit_note(
    request: HttpRequest, response: HttpResponse, invoice_id: UUID, payload: InvoiceReasonIn
) -> Any:
    """A draft with all lines of the invoice; change its lines, then issue it."""
    found = queries.invoice_for(request.user, invoice_id)
    made = actions.draft_credit_note(found, actor=request.user, reason=payload.reason)
    return Status(201, _answer(request, response, made))


def _arguments(request: HttpRequest, payload: InvoicePatch) -> dict[str, Any]:
    """What was sent as the actions take it: links without "_id", lines with Money."""
    sent = payload.dict(exclude_unset=True, exclude={"lines"})
    given = {_name(name): value for name, value in sent.items()}
    given |= {name: given[name] or "" for name in _TEXTS if name in given}
    given |= {"custom": given["custom"] or {}} if "custom" in given else {}
    if payload.lines is not None:
        given["lines"] = [line_asked(request, one) for one in payload.lines]
    return given


def _name(name: str) -> str:
    return name.removesuffix("_id") if name.removesuffix("_id") in _LINKS else name


def line_asked(request: HttpRequest, sent: InvoiceLineIn) -> actions.LineDraft:
    """A line as the actions take it; raises OutOfReach for a product that is none."""
    values = sent.dict(include={"name", "description", "quantity", "unit", "discount"})
    if "tax" in sent.model_fields_set:
        tax = sent.tax
        values["tax"] = Tax(tax.name, tax.percent, tax.is_inclusive) if tax else None
    return actions.LineDraft(
        product=product_for(request.user, sent.product_id) if sent.product_id else None,
        unit_price=money_of(sent.unit_price, "lines") if sent.unit_price else None,
        **values,
    )


def _fresh(request: HttpRequest, response: HttpResponse, invoice_id: UUID) -> dict[str, Any]:
    return _answer(request, response, queries.invoice_for(request.user, invoice_id))


def _answer(request: HttpRequest, response: HttpResponse, record: Invoice) -> dict[str, Any]:
    with_version(response, record.version)
    return _shaped(request, record)


def _shaped(request: HttpRequest, record: Invoice) -> dict[str, Any]:
    computed = ("balance_minor", "custom", "url", "lines")
    found = {name: getattr(record, name) for name in InvoiceOut.model_fields if name not in computed}
    return found | {
        "balance_minor": record.balance.minor,
        "custom": seen_values(request.user, KIND, record),
        "url": request.build_absolute_uri(record_kinds[KIND].url(record)),
        "lines": [line_shaped(one) for one in record.lines.all()],
    }


def line_shaped(line: PricedLine) -> dict[str, Any]:
    """A line of an invoice or a subscription as InvoiceLineOut shows it."""
    found = {name: getattr(line, name) for name in InvoiceLineOut.model_fields if name != "tax"}
    tax = {"name": line.tax_name, "percent": line.tax_percent, "is_inclusive": line.tax_is_inclusive}
    return found | {"tax": tax if line.tax_percent is not None else None}
