"""Cells of a workbook that hold a formula and no result, as programs leave them that write without computing, or an error (#REF!).

The parser of workbooks shows them as empty. Here they are found in the sheet as it is stored, so that the row can say so.
"""

from __future__ import annotations

import re
import zipfile
from xml.parsers import expat

FORMULA_MARK = "\ufdd0"
"""Stands before a formula whose result is not known, or an error, in the table a sheet is unpacked to; no text has it."""
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
ROW = re.compile(r"[0-9]{1,7}")
BLOCK = 1 << 16


def without_result(path: str, sheet: int) -> dict[tuple[int, int], str]:
    """(row, column), both from 0, to the formula, or the error it shows ("#REF!"), for sheet number `sheet` of the workbook at `path`."""
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part not in archive.namelist():
            return {}
        finder = _Finder()
        with archive.open(part) as file:
            while block := file.read(BLOCK):
                finder.parser.Parse(block, False)
        return finder.found


def _part_of(archive: zipfile.ZipFile, sheet: int) -> str:
    """The name of the file in which the sheet is stored."""
    ids = [one.get("r:id", "") for name, one in _elements(archive, "xl/workbook.xml") if name == "sheet"]
    targets = {
        one.get("Id", ""): one.get("Target", "")
        for name, one in _elements(archive, "xl/_rels/workbook.xml.rels")
        if name == "Relationship"
    }
    target = targets.get(ids[sheet], "") if sheet < len(ids) else ""
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _elements(archive: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser()
    parser.StartElementHandler = lambda name, attributes: found.append((_local(name), attributes))
    parser.Parse(archive.read(part), True)
    return found


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*given: object) -> None:
    raise ValueError("a workbook has no document type")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Finder:
    """Reads a sheet as a stream and keeps the formulas of cells without a value.

    Rows and cells may leave their reference out: they stand then behind the one before.
    """

    def __init__(self) -> None:
        self.found: dict[tuple[int, int], str] = {}
        self.row, self.column, self.is_in_cell = -1, -1, False
        self.inside, self.formula, self.has_value, self.error = "", "", False, ""
        self.is_error = False
        self.parser = _parser()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        if tag == "row":
            number = attributes.get("r", "")
            self.row, self.column = int(number) - 1 if ROW.fullmatch(number) else self.row + 1, -1
        elif tag == "c":
            place = REFERENCE.fullmatch(attributes.get("r", ""))
            self.row, self.column = _place(*place.groups()) if place else (self.row, self.column + 1)
            self.formula, self.has_value, self.is_in_cell = "", False, True
            self.is_error, self.error = attributes.get("t") == "e", ""
        elif tag in ("f", "v"):
            self.inside = tag
            if tag == "f":
                self.formula = "="

    def _text(self, text: str) -> None:
        if self.inside == "f":
            self.formula += text
        elif self.inside == "v" and text:
            self.has_value = True
            if self.is_error:
                self.error += text

    def _end(self, name: str) -> None:
        tag = _local(name)
        if tag in ("f", "v"):
            self.inside = ""
        elif tag == "c":
            if self.error and self.is_in_cell:
                self.found[self.row, self.column] = self.error
            elif self.formula and not self.has_value and self.is_in_cell:
                self.found[self.row, self.column] = self.formula
            self.is_in_cell = False


def _place(letters: str, digits: str) -> tuple[int, int]:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits) - 1, column - 1
