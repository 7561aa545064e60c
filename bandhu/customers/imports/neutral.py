"""Tables out of the house: CSV, XLSX and JSON lines that no spreadsheet executes and that read back as they were.

A cell that a spreadsheet could take for a formula gets one apostrophe in front; so does a cell that already begins with
apostrophes before such a sign, so that taking one away on import gives every text back exactly.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext_lazy as _

from .problems import SourceProblem

# The signs, their full-width and small forms; blanks and invisible characters before them are skipped by some programs.
FORMULA = re.compile(
    "'*(?:[\\s\u00a0\u200b-\u200f\u2060\ufeff\x00-\x1f]*[=+\\-@\u2212\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]|[\\t\\r\\n])"
)
XLSX_CELL = 32_767
XLSX_ROWS = 1_048_576


def neutral(text: str) -> str:
    """`text` as it is safe in a cell of CSV."""
    return "'" + text if FORMULA.match(text) else text


def restored(text: str) -> str:
    """What `neutral` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def csv_lines(header: list[str], rows: Iterable[list[Any]]) -> Iterator[str]:
    """CSV as RFC 4180 writes it, every cell quoted; the first piece carries the mark that makes Excel read UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    buffer.write("\ufeff")
    for row in _with_header(header, rows):
        writer.writerow([neutral(_text(value)) for value in row])
        if buffer.tell() > 1 << 16:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def write_xlsx(file: IO[bytes], header: list[str], rows: Iterable[list[Any]]) -> int:
    """A workbook of texts in constant memory; returns the number of rows. Nothing is ever written as a formula.

    Raises SourceProblem where the format itself has no room, since cutting silently would lose data.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet()
    count = 0
    try:
        for count, row in enumerate(_with_header(header, rows)):
            if count >= XLSX_ROWS:
                raise SourceProblem(
                    "too_many_rows", _("A workbook holds at most 1048576 rows: export as CSV instead.")
                )
            for place, value in enumerate(row):
                text = _text(value)
                if len(text.encode("utf-16-le")) // 2 > XLSX_CELL:
                    raise SourceProblem(
                        "cell_too_long_for_xlsx",
                        _(
                            "A text in row %(row)s is longer than the 32767 characters a workbook can hold: export as CSV instead."
                        ),
                        row=count + 1,
                    )
                if text:
                    sheet.write_string(count, place, text)
    finally:
        book.close()
    return count


def json_lines(header: list[str], rows: Iterable[list[Any]]) -> Iterator[str]:
    """One JSON object per row, types kept."""
    for row in rows:
        yield json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False, default=str) + "\n"


def _with_header(header: list[str], rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    yield header
    yield from rows


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple | set):
        return ", ".join(_text(part) for part in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
