"""Rows put into an editor of lines: an empty one, or many at once as they are copied from a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bandhu.catalog import queries
from bandhu.catalog.line_editor import EditorRow, blank_row
from bandhu.catalog.models import Product
from bandhu.catalog.product_values import code_key
from bandhu.catalog.totals import MOST_LINES
from bandhu.ui.digits import to_latin
from bandhu.ui.formats import current_reader

_FIGURE = re.compile(r"[-−+]?[\d.,'\s]*\d[\d.,'\s]*%?")
_LONGEST_CELL = 20_000


@dataclass
class AddedRows:
    """The rows as they stand now, a sentence of what came in, or what is wrong and the text as it was pasted."""

    rows: list[EditorRow]
    told: str = ""
    problems: list[str] = field(default_factory=list)
    text: str = ""

    @property
    def status(self) -> int:
        """Of the answer."""
        return 422 if self.problems else 200


def rows_added(
    user: Any, data: Mapping[str, Any], rows: list[EditorRow], language: str = ""
) -> AddedRows | None:
    """What the form asks to put in (`do`: "add" or "paste"); None where it asks for something else. Products bear their names in `language`."""
    if data.get("do") == "add":
        return AddedRows([*rows, blank_row()])
    if data.get("do") != "paste":
        return None
    text = data.get("pasted", "").replace("\x00", "")
    filled, more = [row for row in rows if not row.is_blank], rows_pasted(user, text, language)
    if not more:
        return AddedRows(rows, problems=[_("Paste at least one line: what it is, and how many.")])
    if len(filled) + len(more) > MOST_LINES:
        limit = current_reader().in_digits(str(MOST_LINES))
        return AddedRows(rows, problems=[_("At most %(limit)s lines at once.") % {"limit": limit}], text=text)
    return AddedRows([*filled, *more], told=_told(more))


def rows_pasted(user: Any, text: str, language: str = "") -> list[EditorRow]:
    """A row for each line of `text`: code or name, quantity, price, discount in percent, a tab or else a semicolon between them.

    A word in the second place is the name. A first line without figures in more than one column is a heading. What no product is called is
    a free line; nothing is refused here, whoever saves the rows is told what cannot be read. Of more lines than a paper may have, no more
    are made than show it.
    """
    table = _table(text)[: MOST_LINES + 2]
    if len(table) > 1 and len(table[0]) > 1 and not any(_is_figure(cell) for cell in table[0]):
        del table[0]
    known = queries.products_called(user, {cells[0] for cells in table}, language)
    return [_row(cells, known.get(code_key(cells[0])) or known.get(cells[0]), language) for cells in table]


def _table(text: str) -> list[list[str]]:
    separator = "\t" if "\t" in text else ";"
    # A cell with a line break or the separator in it stands in quotation marks; a lone one is a part of its word.
    is_quoted = text.count('"') % 2 == 0
    reader = csv.reader(
        text.splitlines(keepends=True),
        delimiter=separator,
        quoting=csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE,
    )
    try:
        table = [[" ".join(cell.split())[:_LONGEST_CELL] for cell in cells] for cells in reader]
    except csv.Error:  # a cell of more than 131,072 characters: no line of a paper
        table = [[" ".join(line.split())[:_LONGEST_CELL]] for line in text.splitlines()]
    return [cells for cells in table if any(cells)]


def _is_figure(cell: str) -> bool:
    return bool(_FIGURE.fullmatch(to_latin(cell)))


def _row(cells: list[str], product: Product | None, language: str) -> EditorRow:
    what, *rest = cells
    name = rest.pop(0) if rest and rest[0] and not _is_figure(rest[0]) else ""
    quantity, price, discount = (*rest, "", "", "")[:3]
    row = blank_row()
    row.values["unit_price"] = price
    row.values["discount"] = discount.rstrip("% ")
    if quantity:
        row.values["quantity"] = quantity
    if product is None:
        row.values["name"] = f"{what} {name}".strip()
    else:
        row.code = product.code
        row.values |= _of_product(product, language) | ({"name": name} if name else {})
    return row


def _of_product(product: Product, language: str) -> dict[str, str]:
    many = current_reader().in_digits(str(product.times)) if product.times and product.recurs else ""
    return {
        "product": str(product.pk),
        "name": queries.name_of(product, language),
        "description": queries.description_of(product, language),
        "unit": product.unit,
        "tax_class": product.tax_class.key if product.tax_class else "",
        "recurs": product.recurs,
        "times": many,
    }


def _told(rows: list[EditorRow]) -> str:
    reader, free = current_reader(), sum(not row.values["product"] for row in rows)
    came = ngettext(
        "%(number)s line is put in; it is kept when you save.",
        "%(number)s lines are put in; they are kept when you save.",
        len(rows),
    ) % {"number": reader.in_digits(str(len(rows)))}
    if not free:
        return came
    unknown = ngettext(
        "%(number)s is a free line: no product has its code or name.",
        "%(number)s are free lines: no product has their codes or names.",
        free,
    ) % {"number": reader.in_digits(str(free))}
    return f"{came} {unknown}"
