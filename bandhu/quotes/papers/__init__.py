"""A quote as PDF: the plain document, written in the customer's language and digits, set by `quote.typ`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bandhu.catalog.product_values import UNITS
from bandhu.platform.files import open_file
from bandhu.platform.models import StoredFile
from bandhu.platform.money import Money
from bandhu.platform.pdf import pdf_of, pictures_of
from bandhu.quotes.documents import Document, in_words, reader_of
from bandhu.quotes.recurring import closing_rows, rows_of_parts
from bandhu.quotes.recurring import in_words as how_often
from bandhu.ui import formats
from bandhu.ui.formats import Reader, text_direction

TEMPLATE = Path(__file__).parent / "quote.typ"
# What Typst can draw; SVG is left out, since it may name other files.
PICTURES = {"image/png": "png", "image/jpeg": "jpg"}
_MOST_PAGES = 200


def quote_pdf(document: Document) -> bytes:
    """The PDF of a quote's document. Raises PaperError."""
    return pdf_of(TEMPLATE, _given(document))


def quote_pictures(document: Document, *, ppi: float = 110) -> list[bytes]:
    """Its pages as pictures, for the preview of a template. Raises PaperError."""
    return pictures_of(TEMPLATE, _given(document), ppi=ppi)


def _given(document: Document) -> dict[str, Any]:
    with translation.override(document["language"]):
        return paper_of(document) | {"logo": logo_of(document["logo"])}


def paper_of(document: Document) -> dict[str, Any]:
    """Every text as it stands on the paper, in the language that is active."""
    reader, currency = reader_of(document), document["currency"]

    def amount(minor: int) -> str:
        return Money(minor, currency).written(reader)

    with_discount = any(line["discount"] != "0" for line in document["lines"])
    total = Money(document["sums"]["total_minor"], currency)
    *before, last = closing_rows(document.get("parts", ()), total, reader)
    columns = ["#", _("Item"), _("Quantity"), _("Price"), _("Net")]
    if with_discount:
        columns.insert(4, _("Discount"))
    return {
        **{name: document[name] for name in ("number", "heading", "title", "language", "colour", "sender", "seller")},
        **{name: document[name] for name in ("introduction", "terms", "footer")},
        "direction": text_direction(document["language"]),
        "facts": _facts(document, reader),
        "customer": _customer(document["customer"]),
        "with_discount": with_discount,
        "columns": columns,
        "lines": [_line(place, line, reader, amount) for place, line in enumerate(document["lines"], 1)],
        "sums": [*_sums(document, reader, amount), *before],
        "total": last,
        "words": {"terms": _("Terms"), "acceptance": _valid(document, reader)},
        "pages": [_("Page %(number)s") % {"number": formats.number(one, reader)} for one in range(1, _MOST_PAGES)],
    }  # fmt: skip


def _facts(document: Document, reader: Reader) -> list[list[str]]:
    facts = [[_("Date"), in_words(document["made_on"], reader)]]
    if document["valid_until"]:
        facts.append([_("Valid until"), in_words(document["valid_until"], reader)])
    if document["ordinal"] > 1:
        facts.append([_("Version"), formats.number(document["ordinal"], reader)])
    if document["seller"]:
        facts.append([_("Your contact"), document["seller"]])
    return facts


def _customer(customer: dict[str, Any]) -> list[str]:
    lines = [customer["company"], customer["name"], *customer["address"]]
    if customer["registration"]:
        lines.append(_("Registration number %(number)s") % {"number": customer["registration"]})
    return [line for line in lines if line]


def _line(place: int, line: dict[str, Any], reader: Reader, amount: Any) -> dict[str, Any]:
    details = [one for one in line["description"].splitlines() if one.strip()]
    details += [f"{reader.in_digits(part['quantity'])} × {part['name']}" for part in line["parts"]]
    if line.get("recurs"):
        details.append(how_often(line["recurs"], line["times"], reader))
    unit = str(UNITS.get(line["unit"], ""))
    return {
        "place": formats.number(place, reader),
        "name": line["name"],
        "code": line["code"],
        "details": details,
        "quantity": f"{formats.number(_number(line['quantity']), reader)} {unit}".strip(),
        "price": amount(line["unit_price_minor"]),
        "discount": _percent(line["discount"], reader) if line["discount"] != "0" else "",
        "net": amount(line["net_minor"]),
    }


def _sums(document: Document, reader: Reader, amount: Any) -> list[list[str]]:
    sums = document["sums"]
    rows = rows_of_parts(document.get("parts", ()), document["currency"], reader)
    if sums["discount_minor"]:
        rows += [
            [_("Before discounts"), amount(sums["gross_minor"])],
            [_("Discounts"), amount(-sums["discount_minor"])],
        ]
    rows.append([_("Net"), amount(sums["net_minor"])])
    for tax in document["taxes"]:
        words = {"tax": tax["name"], "percent": _percent(tax["percent"], reader)}
        label = _("%(tax)s %(percent)s, in the prices") if tax["is_inclusive"] else _("%(tax)s %(percent)s")
        rows.append([label % words, amount(tax["tax_minor"])])
    return rows


def _valid(document: Document, reader: Reader) -> str:
    number = len(document["lines"])
    counted = ngettext("%(number)s line.", "%(number)s lines.", number) % {
        "number": formats.number(number, reader)
    }
    if not document["valid_until"]:
        return counted
    day = in_words(document["valid_until"], reader)
    return f"{counted} " + _("This quote can be accepted until %(day)s.") % {"day": day}


def _number(text: str) -> Decimal:
    return Decimal(text)


def _percent(text: str, reader: Reader) -> str:
    places = len(text.partition(".")[2])
    return formats.percent(_number(text) / 100, reader, places=places)


def logo_of(file_id: str) -> dict[str, Any]:
    """The picture as Typst takes it from data: its format and its bytes; without one, no bytes."""
    stored = StoredFile.objects.filter(pk=file_id, deleted_at=None).first() if file_id else None
    form = PICTURES.get(stored.media_type, "") if stored else ""
    if stored is None or not form:
        return {"format": "", "bytes": []}
    try:
        with open_file(stored) as file:
            return {"format": form, "bytes": list(file.read())}
    except FileNotFoundError:
        return {"format": "", "bytes": []}
