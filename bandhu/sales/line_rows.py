"""Lines of an opportunity in the editor of `catalog.line_editor`, with what they have besides: how often they come again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bandhu.catalog.line_editor import SENT, EditorRow, blank_row, new_key, row_of, rows_sent
from bandhu.platform.money import Money
from bandhu.sales.models import OpportunityLine, Period
from bandhu.ui.formats import current_reader

_SENT = (*SENT, "recurs", "times")


def period_choices() -> list[tuple[str, Any]]:
    """Once, or again every so often."""
    return [("", "–"), *Period.choices]


def line_rows(lines: Iterable[OpportunityLine]) -> list[EditorRow]:
    """Lines as the editor shows them."""
    return [line_row(line) for line in lines]


def line_row(line: OpportunityLine, *, is_new: bool = False) -> EditorRow:
    """One line. In a new one the price is left to the book: it follows when the quantity reaches another tier."""
    row = row_of(line, new_key() if is_new else str(line.pk), line.currency)
    row.values |= {"recurs": line.recurs, "times": current_reader().in_digits(str(line.times))}
    if is_new:
        row.list_price = Money(line.unit_price_minor, line.currency).written()
        row.values |= {"id": "", "unit_price": ""}
    return row


def blank_line() -> EditorRow:
    """Room for something no catalogue knows."""
    row = blank_row()
    row.values |= {"recurs": "", "times": current_reader().in_digits("1")}
    return row


def lines_sent(data: Any) -> list[EditorRow]:
    """The rows of a form in the order in which they stand on the page."""
    return rows_sent(data, _SENT)
