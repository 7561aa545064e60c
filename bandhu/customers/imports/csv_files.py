"""CSV as the world writes it: any encoding, delimiter, quote and newline, read as a stream in bounded memory."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from .csv_rows import RawRow, raw_rows
from .encodings import OFFERED, Encoding, detect_encoding, mark_length
from .problems import SourceProblem

DELIMITERS = (",", ";", "\t", "|", ":", "\x1f")
QUOTES = ('"', "'")
MAX_COLUMNS = 2_000
MAX_FIELD_CHARS = 32 << 20
SAMPLE_CHARS = 256 << 10
SAMPLE_ROWS = 400

csv.field_size_limit(MAX_FIELD_CHARS)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of one file are told apart. `skip_lines` stand before the header (titles, `sep=;`)."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    backslash: bool = False
    skip_lines: int = 0
    certain: bool = True
    broken_bytes: int = 0
    confidence: float = 1.0

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Dialect:
        """Only what was offered is taken over: the dictionary comes from a form."""
        encoding = data.get("encoding", "utf-8")
        delimiter, quote = data.get("delimiter") or ",", data.get("quote", '"')
        if encoding not in OFFERED:
            raise SourceProblem(
                "unknown_encoding", _("This encoding is not offered: choose one from the list.")
            )
        if (
            len(delimiter) != 1
            or delimiter in "\r\n"
            or delimiter == quote
            or len(quote) > 1
            or quote in ("\r", "\n")
        ):
            raise SourceProblem(
                "bad_dialect", _("Delimiter and quote must be two different single characters.")
            )
        return cls(
            encoding=encoding,
            delimiter=delimiter,
            quote=quote,
            backslash=bool(data.get("backslash")),
            skip_lines=max(0, min(int(data.get("skip_lines") or 0), 100)),
            certain=bool(data.get("certain", True)),
            broken_bytes=int(data.get("broken_bytes") or 0),
            confidence=float(data.get("confidence", 1.0)),
        )


def detect_dialect(path: Path) -> Dialect:
    """Encoding, delimiter, quote and leading lines of the file at `path`."""
    with path.open("rb") as file:
        encoding = detect_encoding(file)
        text = _sample_text(file, encoding)
    return _dialect_of(text, encoding)


def redetect(path: Path, encoding: str) -> Dialect:
    """The dialect when a person has chosen the encoding."""
    if encoding not in OFFERED:
        raise SourceProblem("unknown_encoding", _("This encoding is not offered: choose one from the list."))
    with path.open("rb") as file:
        chosen = Encoding(encoding, mark_length(file, encoding))
        text = _sample_text(file, chosen)
    return _dialect_of(text, chosen)


def _sample_text(file: io.BufferedReader, encoding: Encoding) -> str:
    file.seek(encoding.mark)
    raw = file.read(SAMPLE_CHARS * 4)
    return raw.decode(encoding.name, _error_handler(encoding.name))[:SAMPLE_CHARS]


def _dialect_of(text: str, encoding: Encoding) -> Dialect:
    found = Dialect(
        encoding=encoding.name,
        certain=encoding.certain,
        broken_bytes=encoding.broken_bytes,
        confidence=encoding.confidence,
    )
    first, _newline, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip("\r")) == 5:
        return replace(found, delimiter=first[4], skip_lines=1, quote=_best(rest, (first[4],))[1])
    delimiter, quote, backslash, skip = _best(text, DELIMITERS)
    return replace(found, delimiter=delimiter, quote=quote, backslash=backslash, skip_lines=skip)


def _best(text: str, delimiters: tuple[str, ...]) -> tuple[str, str, bool, int]:
    """The combination under which the sample falls into the most even table."""
    backslashed = '\\"' in text and text.count('\\"') > text.count('""')
    candidates = []
    for order, delimiter in enumerate(delimiters):
        if delimiter not in text:
            continue
        for quote in QUOTES:
            if quote == "'" and not _quotes_cells(text, delimiter, quote):
                continue
            escape = backslashed and quote == '"'
            score, skip = _evenness(_sample_rows(text, delimiter, quote, escape))
            candidates.append(
                (score - order * 0.01 - (0.05 if quote == "'" else 0), delimiter, quote, escape, skip)
            )
    if not candidates:
        return ",", '"', backslashed, 0
    _score, delimiter, quote, escape, skip = max(candidates)
    return delimiter, quote, escape, skip


def _quotes_cells(text: str, delimiter: str, quote: str) -> bool:
    """Whether `quote` stands around cells, rather than inside words as in O'Lunney."""
    opened = text.count(delimiter + quote) + text.count("\n" + quote) + text.startswith(quote)
    closed = text.count(quote + delimiter) + text.count(quote + "\n") + text.count(quote + "\r")
    return opened > 1 and closed > 1 and text.count('"') < opened


def _sample_rows(text: str, delimiter: str, quote: str, backslash: bool) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quotechar=quote,
        doublequote=not backslash,
        escapechar="\\" if backslash else None,
    )
    try:
        for row in reader:
            rows.append(row)
            if len(rows) >= SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    if len(rows) > 2 and len(rows) < SAMPLE_ROWS:
        rows.pop()  # the sample may end inside a row
    return [row for row in rows if any(row)]


def _evenness(rows: list[list[str]]) -> tuple[float, int]:
    """How table-like the rows are (0 to about 3), and how many lines stand before the header."""
    if not rows:
        return 0.0, 0
    widths = [_width(row) for row in rows]
    header = (
        next((i for i, width in enumerate(widths) if width >= 0.6 * max(widths)), 0) if len(rows) > 3 else 0
    )
    # Lines before the header are titles only when they hold a single cell.
    if any(width > 1 for width in widths[:header]):
        header = 0
    lengths = [len(row) for row in rows[header:]]
    common, times = Counter(lengths).most_common(1)[0]
    if common < 2:
        return 0.0, 0
    fitting = sum(1 for length in lengths if length <= len(rows[header])) / len(lengths)
    share = times / len(lengths)
    plain_header = sum(1 for cell in rows[header] if len(cell) < 80) / len(rows[header])
    return share + 0.5 * fitting + 0.5 * plain_header + min(common, 20) / 40, header


def _width(row: list[str]) -> int:
    return max((i + 1 for i, cell in enumerate(row) if cell.strip()), default=0)


def _error_handler(encoding: str) -> str:
    """Broken bytes stay readable in place where the codec allows it, so that nothing is lost in a failed row."""
    return "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"


def read_rows(path: Path, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Every row with the line it starts on, as `read_raw_rows` gives them."""
    return ((row.line, row.cells) for row in read_raw_rows(path, dialect))


def read_raw_rows(path: Path, dialect: Dialect) -> Iterator[RawRow]:
    """Every row with the line it starts on (counted from 1), header first. Blank rows are passed over.

    Raises SourceProblem when the file has more than MAX_COLUMNS columns or a cell that never ends.
    """
    form = {
        "delimiter": dialect.delimiter,
        "quotechar": dialect.quote or None,
        "quoting": csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        "doublequote": not dialect.backslash,
        "escapechar": "\\" if dialect.backslash else None,
    }
    with path.open("rb") as raw:
        raw.seek(mark_length(raw, dialect.encoding))
        text = io.TextIOWrapper(raw, dialect.encoding, errors=_error_handler(dialect.encoding), newline="")
        lines = _bounded_lines(text)
        for _index in range(dialect.skip_lines):
            next(lines, None)
        try:
            for row in raw_rows(lines, form, dialect.skip_lines + 1):
                _check_width(row)
                yield row
        except csv.Error as error:
            raise _unreadable(*error.args) from error


def _unreadable(message: str, line: int) -> SourceProblem:
    if "field limit" in message or "field larger" in message:
        return SourceProblem(
            "cell_too_long",
            _(
                "The cell that begins on line %(line)s has more than %(limit)s million characters: a quote may never close, or another quote character must be chosen."
            ),
            line=line,
            limit=MAX_FIELD_CHARS >> 20,
        )
    return SourceProblem(
        "unreadable_row", _("Line %(line)s cannot be read with this delimiter and quote."), line=line
    )


def _check_width(row: RawRow) -> None:
    if len(row.cells) > MAX_COLUMNS:
        raise SourceProblem(
            "too_many_columns",
            _(
                "Line %(line)s has %(count)s columns; at most %(limit)s can be read. Remove columns or check the delimiter."
            ),
            line=row.line,
            count=len(row.cells),
            limit=MAX_COLUMNS,
        )


def _bounded_lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(MAX_FIELD_CHARS + 1):
        number += 1
        if len(line) > MAX_FIELD_CHARS:
            raise SourceProblem(
                "line_too_long",
                _("Line %(line)s is longer than %(limit)s million characters: this is not a table of text."),
                line=number,
                limit=MAX_FIELD_CHARS >> 20,
            )
        yield line
