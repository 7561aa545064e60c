"""An invoice or credit note as PDF, in the customer's language: the paper of the quotes with an invoice's own facts."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.billing.models import Invoice
from bandhu.platform.pdf import PaperError, pdf_of
from bandhu.platform.postal_addresses import FIELDS, address_lines
from bandhu.quotes.documents import Document, in_words, line_facts, merge_values, reader_of
from bandhu.quotes.merge_fields import fill_in
from bandhu.quotes.models import QuoteTemplate
from bandhu.quotes.papers import TEMPLATE, logo_of, paper_of

ELSEWHERE = gettext_lazy("This invoice was written in another system: its paper lies there.")


def invoice_pdf(invoice: Invoice) -> bytes:
    """The PDF of an issued one as it was issued; of a draft as it stands. Raises PaperError, also for one of another system."""
    if invoice.is_from_elsewhere:
        raise PaperError(str(ELSEWHERE))
    with translation.override(invoice.language):
        document = _document(invoice)
        return pdf_of(TEMPLATE, _paper(invoice, document) | {"logo": logo_of(document["logo"])})


def invoice_paper(invoice: Invoice) -> dict[str, Any]:
    """Every text as it stands on the paper, in the language that is active."""
    return _paper(invoice, _document(invoice))


def _paper(invoice: Invoice, document: Document) -> dict[str, Any]:
    paper = paper_of(document)
    paper["facts"] = _facts(invoice, document)
    paper["customer"] = [line for line in _party(invoice.buyer, invoice.language) if line]
    paper["words"] = {"terms": _("How to pay"), "acceptance": _state(invoice, document)}
    return paper


def _document(invoice: Invoice) -> Document:
    template = QuoteTemplate.objects.filter(is_default=True).first() or QuoteTemplate()
    seller = [line for line in _party(invoice.seller, invoice.language) if line]
    lines = list(invoice.lines.order_by("position"))
    document = {
        "number": invoice.number or _("Draft"),
        "ordinal": 1,
        "title": invoice.reason,
        "heading": str(invoice.get_kind_display()),
        "language": invoice.language,
        "country": str(invoice.buyer.get("country") or invoice.seller.get("country") or ""),
        "currency": invoice.currency,
        "made_on": invoice.issued_on.isoformat() if invoice.issued_on else "",
        "valid_until": "",
        "colour": template.colour,
        "logo": str(template.logo_id or ""),
        "sender": "\n".join(seller),
        "seller": str(invoice.seller.get("name", "")),
        "seller_mail": str(invoice.seller.get("mail", "")),
        "customer": {
            "name": str(invoice.buyer.get("person") or ""), "company": str(invoice.buyer.get("name") or ""), "registration": "", "address": [],
        },
        "lines": [line_facts(line) for line in lines],
        "sums": {
            "gross_minor": sum(line.gross_minor for line in lines),
            "discount_minor": invoice.discount_minor,
            "net_minor": invoice.net_minor,
            "tax_minor": invoice.tax_minor,
            "total_minor": invoice.amount_minor or 0,
        },
        "taxes": invoice.tax_sums,
        "introduction": "",
        "terms": str(invoice.seller.get("payment_note", "")) if invoice.credits_id is None else "",
    }  # fmt: skip
    foot = fill_in(template.text(template.footers, invoice.language), merge_values(document))
    return document | {"footer": "\n\n".join(one for one in (invoice.note, foot) if one)}


def _facts(invoice: Invoice, document: Document) -> list[list[str]]:
    reader = reader_of(document)
    facts = [[_("Date"), in_words(document["made_on"], reader)]]
    if invoice.due_on:
        facts.append([_("Due"), in_words(invoice.due_on.isoformat(), reader)])
    if invoice.reference:
        facts.append([_("Your reference"), invoice.reference])
    if invoice.credits is not None:
        facts.append([_("Credits the invoice"), invoice.credits.number])
    return facts


def _party(facts: dict[str, Any], language: str) -> list[str]:
    address = {name: str(facts.get(name) or "") for name in (*FIELDS, "country")}
    lines = (
        address_lines(address, reader_country=address["country"], language=language)
        if address["country"]
        else []
    )
    tax = _("Tax number %(number)s") % {"number": facts["tax_number"]} if facts.get("tax_number") else ""
    return [str(facts.get("name") or ""), str(facts.get("person") or ""), *lines, tax]


def _state(invoice: Invoice, document: Document) -> str:
    """What was paid of it by now; nothing where nothing was."""
    if not invoice.paid_minor or invoice.credits_id:
        return ""
    reader = reader_of(document)
    text = _("Paid: %(paid)s. Open: %(open)s.")
    return text % {"paid": invoice.paid.written(reader), "open": invoice.balance.written(reader)}


def file_name_of(invoice: Invoice) -> str:
    """The number as a file may be called, without the ending."""
    return "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "-"
        for sign in invoice.number or "draft"
    )
