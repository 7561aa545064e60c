"""Rows out of lines of CSV, with an eye on quotation marks that never close.

A mark that is opened and forgotten makes every reader of CSV take the following rows for the rest of one cell. Such a row
is found by what it does: it swallows lines that are rows by themselves, and the file ends, or the next quotation mark
stands, where none can. Its first line then is a row with a fault, and the lines after it are read as if nothing was.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

UNCLOSED = "unclosed_quote"
JOINED = "joined_lines"


class RawRow(NamedTuple):
    """The cells of a row and the line it begins on. `fault` is "" or UNCLOSED (the row cannot be trusted) or JOINED (it
    can be meant so), `lines` the lines that it is about, as "4" or "4-6"."""

    line: int
    cells: list[str]
    fault: str = ""
    lines: str = ""


class _Lines:
    """Lines that remember what was taken since the last row, and take lines back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.back: deque[str] = deque()
        self.taken: list[str] = []
        self.ended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.back.popleft() if self.back else next(self.lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        return line

    def take_back(self, lines: list[str]) -> None:
        self.back.extendleft(reversed(lines))
        self.ended = False


def raw_rows(lines: Iterator[str], form: dict[str, Any], first_line: int = 1) -> Iterator[RawRow]:
    """Every row that is not empty. `form` are the arguments of `csv.reader`. Raises csv.Error as that does, with the
    line of the row as its second argument."""
    source = _Lines(lines)
    reader = csv.reader(source, **form)
    line, width = first_line, 0
    while True:
        source.taken = []
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise csv.Error(str(error), line) from error
        if cells is None:
            return
        taken = source.taken
        row = RawRow(line, cells)
        # A row is handed out before its next line is asked for, save where the file ends within quotation marks.
        if len(taken) > 1 or source.ended:
            row = _judged(row, taken, form, width, source.ended)
            if row.fault == UNCLOSED:
                source.take_back(taken[1:])
                taken = taken[:1]
                reader = csv.reader(source, **form)
        line += len(taken)
        if any(row.cells):
            width = width or len(row.cells)
            yield row


def _judged(row: RawRow, taken: list[str], form: dict[str, Any], width: int, ended: bool) -> RawRow:
    """The row with what is wrong with it; only its first line where a quotation mark does not close."""
    where = f"{row.line}-{row.line + len(taken) - 1}" if len(taken) > 1 else str(row.line)
    if ended or _is_unclosed(row, taken, form, width):
        return RawRow(row.line, _split(taken[0], form), UNCLOSED, where)
    inner = (part for cell in row.cells for part in cell.splitlines()[1:])
    if width > 2 and any(len(_split(part, form)) == width for part in inner):
        return row._replace(fault=JOINED, lines=where)
    return row


def _is_unclosed(row: RawRow, taken: list[str], form: dict[str, Any], width: int) -> bool:
    """Whether lines of the row are rows by themselves, and the quotation marks do not come out even."""
    if len(taken) < 2 or width < 2:
        return False
    looks_whole = len(_split(taken[0], form)) == width
    if len(row.cells) < width and looks_whole:
        return True
    return not _is_strict("".join(taken), form) and any(
        _is_strict(one, form) and len(next(csv.reader([one], **form), [])) == width for one in taken[1:]
    )


def _is_strict(text: str, form: dict[str, Any]) -> bool:
    """Whether every quotation mark that closes stands before a delimiter or the end of the row."""
    try:
        for _row in csv.reader([text], **form, strict=True):
            pass
    except csv.Error:
        return False
    return True


def _split(line: str, form: dict[str, Any]) -> list[str]:
    """The cells of one line if quotation marks meant nothing; a mark that opens the cell is left away."""
    mark = form.get("quotechar") or ""
    cells = line.rstrip("\r\n").split(form["delimiter"])
    return [cell[1:] if mark and cell.startswith(mark) else cell for cell in cells]
