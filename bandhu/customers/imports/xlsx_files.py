"""XLSX, guarded: a workbook is measured before it is parsed, and parsed in a process with a ceiling on its memory.

A ZIP can promise one size and unpack to another, and a workbook can place two cells a million rows apart so that the
parser builds the empty table between them. So the bytes are counted while they unpack, the cell references are read
from the raw sheets, and the parser (calamine) runs in a child process that the system stops when it asks for too much.
The child writes the chosen sheet as plain CSV; everything after that streams.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from .csv_files import MAX_COLUMNS
from .problems import SourceProblem

MAX_ENTRIES = 2_000
MAX_UNPACKED = 768 << 20
MAX_RATIO = 300
MAX_ROWS = 1_048_576
MAX_CELLS = 24_000_000
CHILD_MEMORY = 3 << 30
CHILD_SECONDS = 300
REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{0,4})(\d{1,9})[\"']")


def check_workbook(path: Path) -> None:
    """Refuse what is no workbook, is locked, or would unpack beyond the limits. Raises SourceProblem."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise _too_large()
            if any(entry.flag_bits & 1 for entry in entries):
                raise SourceProblem(
                    "locked_workbook", _("This workbook is protected by a password: save it without one.")
                )
            if not any(entry.filename.lower() == "xl/workbook.xml" for entry in entries):
                raise _no_workbook()
            _measure(path, archive, entries)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise _no_workbook() from error


def _measure(path: Path, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    total, packed = 0, max(path.stat().st_size, 1)
    for entry in entries:
        is_sheet = "worksheets/" in entry.filename.lower()
        rows = columns = 0
        tail = b""
        for block in _unpacked(path, entry):
            total += len(block)
            if total > MAX_UNPACKED or (total > 32 << 20 and total / packed > MAX_RATIO):
                raise _too_large()
            if is_sheet:
                rows, columns = _extent(tail + block, rows, columns)
                tail = block[-40:]
        if columns > MAX_COLUMNS:
            raise SourceProblem(
                "too_many_columns_sheet",
                _(
                    "A sheet has %(count)s columns; at most %(limit)s can be read. Remove the columns that are not needed."
                ),
                count=columns,
                limit=MAX_COLUMNS,
            )
        if rows > MAX_ROWS or rows * columns > MAX_CELLS:
            raise SourceProblem(
                "too_many_cells",
                _(
                    "A sheet spans %(rows)s rows and %(columns)s columns, more than can be read at once. Save it as CSV, or remove stray cells far from the table."
                ),
                rows=rows,
                columns=columns,
            )


def _unpacked(path: Path, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes an entry really unpacks to, whatever size the directory promises."""
    with path.open("rb") as file:
        file.seek(entry.header_offset)
        header = file.read(30)
        if header[:4] != b"PK\x03\x04":
            raise zipfile.BadZipFile
        file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
        left = entry.compress_size
        if entry.compress_type == zipfile.ZIP_STORED:
            while left > 0 and (block := file.read(min(left, 1 << 20))):
                left -= len(block)
                yield block
            return
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            raise zipfile.BadZipFile
        inflate = zlib.decompressobj(-15)
        while left > 0 and not inflate.eof and (packed := file.read(min(left, 1 << 16))):
            left -= len(packed)
            while packed and not inflate.eof:
                yield inflate.decompress(packed, 1 << 20)
                packed = inflate.unconsumed_tail


def _extent(block: bytes, rows: int, columns: int) -> tuple[int, int]:
    for letters, digits in set(REFERENCE.findall(block)):
        rows = max(rows, int(digits))
        number = 0
        for letter in letters.upper():
            number = number * 26 + letter - 64
        columns = max(columns, number)
    return rows, columns


def sheet_names(path: Path) -> list[str]:
    """The names of the sheets, in the order of the workbook. The workbook is checked first."""
    check_workbook(path)
    return _child("names", path).splitlines()


def unpack_sheet(path: Path, sheet: int, target: Path) -> None:
    """Write sheet number `sheet` (from 0) as UTF-8 CSV to `target`. Numbers lose no digits and gain no ".0"."""
    check_workbook(path)
    _child("sheet", path, str(sheet), str(target))


def _child(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "bandhu.customers.imports.xlsx_reader", *map(str, arguments)]
    root = Path(__file__).resolve().parents[3]
    try:
        done = subprocess.run(  # noqa: S603 (our own module, arguments are paths)
            command, cwd=root, capture_output=True, timeout=CHILD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _too_large() from error
    if done.returncode == 0:
        return done.stdout.decode("utf-8", "replace")
    if b"no such sheet" in done.stderr:
        raise SourceProblem("no_such_sheet", _("The workbook has no such sheet."))
    if done.returncode < 0 or b"MemoryError" in done.stderr or b"memory allocation" in done.stderr:
        raise _too_large()
    raise _no_workbook()


def _too_large() -> SourceProblem:
    return SourceProblem(
        "workbook_too_large",
        _("This workbook unpacks to more than can be read safely. Save the sheet as CSV instead."),
    )


def _no_workbook() -> SourceProblem:
    return SourceProblem("no_workbook", _("This is no workbook we can read: save it as XLSX or CSV."))
