"""The child process that parses a workbook under a ceiling of memory and time. Run with -m, never imported by pages."""

from __future__ import annotations

import csv
import datetime as dt
import resource
import sys
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineWorkbook

from bandhu.customers.imports.xlsx_formulas import FORMULA_MARK, without_result

CEILING = 3 << 30
SECONDS = 300


def cell_text(value: Any) -> str:
    """A cell as a person reads it: whole numbers without ".0", dates in ISO order, yes and no as words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # Above 2**53 a spreadsheet has already rounded; repr would show an exponent where people expect digits.
        if value.is_integer() and abs(value) < 1e18:
            return str(int(value))
        return repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time(0) else value.isoformat(" ", "seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return str(value)


def main(arguments: list[str]) -> int:
    workbook = CalamineWorkbook.from_path(arguments[1])
    if arguments[0] == "names":
        sys.stdout.buffer.write("\n".join(name.replace("\n", " ") for name in workbook.sheet_names).encode())
        return 0
    number = int(arguments[2])
    if not 0 <= number < len(workbook.sheet_names):
        sys.stderr.write("no such sheet")
        return 3
    sheet = workbook.get_sheet_by_index(number)
    unknown = without_result(arguments[1], number)
    with open(arguments[3], "w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, quoting=csv.QUOTE_ALL)
        for texts in _rows(sheet, unknown):
            writer.writerow(texts)
    return 0


def _rows(sheet: Any, unknown: dict[tuple[int, int], str]) -> Iterator[list[str]]:
    """The texts of every row, formulas without a result with their mark. The parser begins with the first column that
    has a value, and ends with the last row that has one."""
    first = sheet.start[1] if sheet.start else 0
    left = min([first, *(column for _row, column in unknown)])
    waiting: dict[int, dict[int, str]] = {}
    for (row, column), formula in unknown.items():
        waiting.setdefault(row, {})[column - left] = FORMULA_MARK + formula
    number = -1
    for number, values in enumerate(sheet.iter_rows()):
        texts = [""] * (first - left) + [cell_text(value) for value in values]
        yield _filled(texts, waiting.get(number, {}))
    for row in range(number + 1, max(waiting, default=-1) + 1):
        yield _filled([], waiting.get(row, {}))


def _filled(texts: list[str], formulas: dict[int, str]) -> list[str]:
    texts += [""] * (max(formulas, default=-1) + 1 - len(texts))
    for place, formula in formulas.items():
        texts[place] = texts[place] or formula
    return texts


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (CEILING, CEILING))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.exit(main(sys.argv[1:]))
