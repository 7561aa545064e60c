"""Priced lines as text: for the audit trail, and to compare what two people wrote."""

from __future__ import annotations

from collections.abc import Iterable

from bandhu.catalog.models import PricedLine, RecurringLine
from bandhu.catalog.pricing import percent_text
from bandhu.platform.money import Money

_PIECE = "C62"


def lines_in_words(lines: Iterable[PricedLine], currency: str) -> str:
    """One line of text for each, in no particular language; whatever can be changed in a line changes its text."""
    return "\n".join(_in_words(one, currency) for one in lines)


def _in_words(line: PricedLine, currency: str) -> str:
    unit = "" if line.unit == _PIECE else f" {line.unit}"
    what = f"{line.code} {line.name}".strip()
    words = f"{line.quantity.normalize():f}{unit} × {what}: {Money(line.unit_price_minor, currency)}"
    if line.discount:
        words += f" −{percent_text(line.discount)}%"
    if line.tax_percent is not None:
        words += f" {line.tax_name} {percent_text(line.tax_percent)}%"
        words += " (incl.)" if line.tax_is_inclusive else ""
    if isinstance(line, RecurringLine) and line.recurs:
        words += f" × {line.times or '∞'} {line.recurs}"
    description = " ".join(line.description.split())
    return f"{words} – {description}" if description else words
