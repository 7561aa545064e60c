"""A quote as one plain document: what the customer reads on paper and screen, what is hashed, what is kept when it was sent."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bandhu.catalog.models import RecurringLine
from bandhu.platform.money import Money
from bandhu.platform.postal_addresses import FIELDS, address_lines
from bandhu.quotes.merge_fields import fill_in
from bandhu.quotes.models import PricedLine, Quote, QuoteTemplate, QuoteVersion
from bandhu.quotes.recurring import parts_of
from bandhu.ui import formats
from bandhu.ui.formats import Reader

Document = dict[str, Any]
"""Numbers are whole minor units or decimal texts, days ISO texts: the same before and after the database."""

_LINE = (
    "code", "name", "description", "parts", "unit", "unit_price_minor", "tax_name", "gross_minor", "discount_minor", "net_minor",
    "tax_minor", "total_minor",
)  # fmt: skip
_SUMS = ("gross_minor", "discount_minor", "net_minor", "tax_minor", "total_minor")


def document_of(quote: Quote, paper: QuoteVersion, on: date | None = None) -> Document:
    """The version as its customer reads it: as it was sent, else as it would be sent on the day `on` (default: today; of another system's the day it was made)."""
    if paper.sent_document is not None:
        return dict(paper.sent_document)
    if on is None:
        on = (
            timezone.localdate(paper.made_at) if quote.import_key is not None and not quote.is_draft else None
        )
    made_on, lines = on or timezone.localdate(), list(paper.lines.all())
    document: Document = {
        "number": quote.number,
        "ordinal": paper.ordinal,
        "title": quote.title,
        "language": quote.language,
        "country": quote.country,
        "currency": paper.currency,
        "made_on": made_on.isoformat(),
        "valid_until": paper.valid_until.isoformat() if paper.valid_until else "",
        "seller": quote.owner.full_name if quote.owner else "",
        "seller_mail": quote.owner.email if quote.owner else "",
        "customer": _customer(quote),
        "lines": [line_facts(line) for line in lines],
        "sums": {name: getattr(paper, name) for name in _SUMS},
        "taxes": paper.tax_sums,
        "parts": [one.as_facts() for one in parts_of(lines)],
    }
    return dressed(document, quote.template or QuoteTemplate(), paper.introduction, paper.terms)


def dressed(document: Document, template: QuoteTemplate, introduction: str, terms: str) -> Document:
    """The document in the clothes of a template: its head, colour and logo, and the texts with their merge fields filled."""
    language = document["language"]
    with translation.override(language):
        heading = template.text(template.titles, language) or _("Quotation")
    worn = document | {
        "heading": heading,
        "colour": template.colour,
        "logo": str(template.logo_id or ""),
        "sender": template.sender,
    }
    values = merge_values(document)
    footer = template.text(template.footers, language)
    for name, text in (("introduction", introduction), ("terms", terms), ("footer", footer)):
        worn[name] = fill_in(text, values)
    return worn


def hash_of(document: Document) -> str:
    """SHA-256 of the document's canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def reader_of(document: Document) -> Reader:
    """Who reads it: the customer's language, as it is written in their country."""
    return Reader(document["language"], country=document["country"])


def merge_values(document: Document) -> dict[str, str]:
    """What merge fields stand for in this document, in its own language."""
    reader, customer = reader_of(document), document["customer"]
    total = Money(document["sums"]["total_minor"], document["currency"])
    return {
        "customer": customer["name"] or customer["company"],
        "company": customer["company"],
        "number": document["number"],
        "title": document["title"],
        "date": in_words(document["made_on"], reader),
        "valid_until": in_words(document["valid_until"], reader),
        "total": total.written(reader),
        "seller": document["seller"],
    }


def in_words(day: str, reader: Reader) -> str:
    """An ISO day as the reader's place writes it; "" for none."""
    return formats.day(date.fromisoformat(day), reader, "long") if day else ""


def _customer(quote: Quote) -> dict[str, Any]:
    addressed = quote.company or quote.contact
    row = addressed.addresses.order_by("-is_primary", "pk").first() if addressed else None
    parts = {name: getattr(row, name) for name in (*FIELDS, "country")} if row else {}
    lines = address_lines(parts, reader_country=quote.country, language=quote.language) if row else []
    company = quote.company
    return {
        "name": quote.contact.full_name if quote.contact else "",
        "company": (company.legal_name or company.name) if company else "",
        "registration": company.registration_number if company else "",
        "address": [line for line in lines if line.strip()],
    }


def line_facts(line: PricedLine) -> dict[str, Any]:
    """A line as plain values, as documents hold it."""
    return {
        **{name: getattr(line, name) for name in _LINE},
        "quantity": f"{line.quantity.normalize():f}",
        "discount": f"{line.discount.normalize():f}",
        "tax_percent": "" if line.tax_percent is None else f"{line.tax_percent.normalize():f}",
        "tax_is_inclusive": line.tax_is_inclusive,
        **_recurrence(line),
    }


def _recurrence(line: PricedLine) -> dict[str, Any]:
    """Only where it comes again: what was sealed before is read as it is."""
    if not isinstance(line, RecurringLine) or not line.recurs:
        return {}
    return {"recurs": line.recurs, "times": line.times}
