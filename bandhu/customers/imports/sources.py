"""One door to a file of customers: what it is, how it is read, its header and its rows, whatever the format.

A source never loads a file whole. `open_source` unpacks a sheet of a workbook, the cards of a vCard file, or an export of another program, into a plain
CSV beside the original once; after that every format streams the same way.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from .csv_files import Dialect, detect_dialect, read_raw_rows, read_rows
from .foreign import foreign_formats, format_of
from .problems import SourceProblem
from .vcards import unpack_cards
from .xlsx_files import sheet_names, unpack_sheet
from .xlsx_formulas import FORMULA_MARK

MAX_FILE_BYTES = 256 << 20
PLAIN = Dialect()
# Tab, line ends, page break, end of file, escape, and what ASCII has for parting records.
TEXT_CONTROLS = frozenset((*range(9, 14), 26, *range(27, 32)))


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read: found by `detect_reading`, shown to the person, changed by them, stored with the import."""

    kind: str = "csv"
    dialect: Dialect = field(default_factory=Dialect)
    sheets: tuple[str, ...] = ()
    sheet: int = 0
    has_header: bool = True

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "dialect": self.dialect.as_dict(),
            "sheets": list(self.sheets),
            "sheet": self.sheet,
            "has_header": self.has_header,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Reading:
        return cls(
            kind=data["kind"],
            dialect=Dialect.from_dict(data.get("dialect") or {}),
            sheets=tuple(data.get("sheets") or ()),
            sheet=int(data.get("sheet") or 0),
            has_header=bool(data.get("has_header", True)),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header. `line` is where a person finds it in the file; `cells` has one text per column."""

    number: int
    line: int
    cells: list[str]
    surplus: list[str]
    # What is wrong with its quotation marks: "" or a code of `csv_rows`, and the lines that it is about.
    fault: str = ""
    fault_lines: str = ""


class Source:
    """An opened file: `header` (unique names), and `rows()` as often as needed, from any row on."""

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        self.reading = reading
        first = next(read_rows(path, reading.dialect), None)
        if first is None:
            raise SourceProblem("empty_file", _("The file holds no rows."))
        self.header = unique_names(first[1]) if reading.has_header else unique_names([""] * self._widest())

    def _widest(self) -> int:
        rows = itertools.islice(read_rows(self.path, self.reading.dialect), 1000)
        return max(len(cells) for _line, cells in rows)

    def rows(self, after: int = 0) -> Iterator[Row]:
        """The rows whose number is above `after` (rows are counted from 1, the header is not one of them)."""
        width = len(self.header)
        numbered = read_raw_rows(self.path, self.reading.dialect)
        if self.reading.has_header:
            next(numbered, None)
        for number, raw in enumerate(itertools.islice(numbered, after, None), after + 1):
            cells = raw.cells
            if len(cells) < width:
                cells = cells + [""] * (width - len(cells))
            surplus = [cell for cell in cells[width:] if cell.strip()]
            yield Row(number, raw.line, cells[:width], surplus, raw.fault, raw.lines)

    def sample(self, count: int = 200) -> list[list[str]]:
        return [row.cells for row in itertools.islice(self.rows(), count)]

    def count_rows(self) -> int:
        """How many rows stand below the header; reads the whole file."""
        return sum(1 for _row in self.rows())


def detect_reading(path: Path, wanted: str = "") -> Reading:
    """What the file is and how it is best read; `wanted` is the foreign format somebody says it has. Raises SourceProblem when it cannot be read at all."""
    size = path.stat().st_size
    if size == 0:
        raise SourceProblem("empty_file", _("The file holds no rows."))
    with path.open("rb") as file:
        start = file.read(4096)
    form = format_of(path, start, wanted)
    limit = form.max_bytes if form else MAX_FILE_BYTES
    if size > limit:
        raise SourceProblem(
            "file_too_large",
            _(
                "The file has %(size)s megabytes; at most %(limit)s can be read. Split it, or leave out columns."
            ),
            size=size >> 20,
            limit=limit >> 20,
        )
    if form:
        return Reading(form.name, PLAIN)
    if start.startswith(b"PK\x03\x04"):
        names = sheet_names(path)
        return Reading("xlsx", PLAIN, tuple(names))
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceProblem(
            "old_workbook",
            _("Workbooks of the old XLS format, or with a password, cannot be read: save as XLSX or CSV."),
        )
    if b"BEGIN:VCARD" in start.replace(b"\x00", b"").upper():
        return Reading("vcard", PLAIN)
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        raise SourceProblem("no_table", _("This is no table: choose a CSV, XLSX or vCard file."))
    reading = Reading("csv", detect_dialect(path))
    if _is_binary(start, reading.dialect.encoding):
        raise SourceProblem("no_table", _("This is no table: choose a CSV, XLSX or vCard file."))
    return replace(reading, has_header=looks_like_header(path, reading.dialect))


def _is_binary(start: bytes, encoding: str) -> bool:
    """Whether the bytes are no text at all: many kinds of control characters, and many of them."""
    if encoding.startswith(("utf-16", "utf-32")):
        return False
    controls = [byte for byte in start if byte < 32 and byte not in TEXT_CONTROLS]
    return len(set(controls)) >= 6 and len(controls) > 0.02 * len(start)


def open_source(path: Path, reading: Reading, unpacked: Path | None = None) -> Source:
    """Open `path`. `unpacked` is where a workbook or cards are laid out as CSV (made when missing)."""
    if reading.kind == "csv":
        return Source(path, reading)
    unpacked = unpacked or path.with_name(f"{path.name}.{reading.sheet}.csv")
    if not unpacked.exists():
        partial = unpacked.with_name(unpacked.name + ".part")
        if reading.kind in foreign_formats:
            foreign_formats[reading.kind].lay_out(path, partial)
        elif reading.kind == "xlsx":
            unpack_sheet(path, reading.sheet, partial)
        else:
            unpack_cards(path, partial)
        partial.replace(unpacked)  # a killed worker leaves only the .part, which is written anew
    return Source(unpacked, replace(reading, dialect=PLAIN))


def looks_like_header(path: Path, dialect: Dialect) -> bool:
    """Whether the first row names columns: no mail, no number, no date in it, unlike the rows below."""
    rows = [cells for _line, cells in itertools.islice(read_rows(path, dialect), 30)]
    if not rows:
        return True
    first = [cell for cell in rows[0] if cell.strip()]
    return not any("@" in cell or _numeric(cell) for cell in first)


def _numeric(cell: str) -> bool:
    digits = sum(1 for char in cell if char.isdigit())
    return digits >= 5 and digits / len(cell) > 0.5


def unique_names(header: list[str]) -> list[str]:
    """Column names without blanks or repetitions: "Email", "Email (2)", "Column 7"."""
    seen: dict[str, int] = {}
    names = []
    for place, raw in enumerate(header, 1):
        name = (
            " ".join(
                raw.replace("\x00", "").removeprefix(FORMULA_MARK).encode("utf-8", "replace").decode().split()
            )[:200]
            or f"Column {place}"
        )
        seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        while seen[name.casefold()] > 1:
            name = f"{name} ({seen[name.casefold()]})"
            seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        names.append(name)
    return names
