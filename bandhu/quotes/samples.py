"""An invented quote, so that a template can be looked at before any customer gets one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bandhu.catalog.queries import base_currency
from bandhu.quotes.documents import Document, dressed
from bandhu.quotes.models import QuoteTemplate

_HOME = {"bn": "BD", "ta": "LK", "ar": "AE"}


def sample_document(template: QuoteTemplate, language: str) -> Document:
    """Two lines for an invented customer in this language."""
    today = timezone.localdate()
    with translation.override(language):
        document: Document = {
            "number": "Q-2026-0001",
            "ordinal": 1,
            "title": _("Furniture for the office"),
            "language": language,
            "country": _HOME.get(language, "BD"),
            "currency": base_currency() or "BDT",
            "made_on": today.isoformat(),
            "valid_until": (today + timedelta(days=template.valid_days)).isoformat(),
            "seller": _("Your name"),
            "seller_mail": "",
            "customer": {"name": _("A customer"), "company": _("A company"), "registration": "", "address": []},
            "lines": [_line(_("Table"), "1", 1_234_567_50, "0"), _line(_("Chair"), "12", 150_000, "10")],
            "sums": {
                "gross_minor": 125_256_750, "discount_minor": 180_000, "net_minor": 125_076_750,
                "tax_minor": 18_761_513, "total_minor": 143_838_263,
            },
            "taxes": [
                {"name": _("VAT"), "percent": "15", "is_inclusive": False, "net_minor": 125_076_750, "tax_minor": 18_761_513}
            ],
        }  # fmt: skip
    introduction = template.text(template.introductions, language)
    return dressed(document, template, introduction, template.text(template.terms, language))


def _line(name: str, quantity: str, price: int, discount: str) -> dict[str, Any]:
    net = price * int(quantity) * (100 - int(discount)) // 100
    return {
        "code": "", "name": name, "description": "", "parts": [], "unit": "C62", "quantity": quantity,
        "unit_price_minor": price, "discount": discount, "net_minor": net,
    }  # fmt: skip
