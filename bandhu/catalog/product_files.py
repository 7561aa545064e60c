"""Products and prices from a file: which column is what, and what each row says. Nothing is decided here; the action checks and writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from bandhu.catalog.models import Period
from bandhu.catalog.product_values import UNITS
from bandhu.catalog.tax_classes import READY_MADE
from bandhu.customers.imports.problems import SourceProblem
from bandhu.customers.imports.sources import detect_reading, open_source
from bandhu.platform.texts import fold

MOST_ROWS = 2_000
LARGEST_FILE = 4 << 20
# The field as we call it, and what other programs call it.
_WORDS: dict[str, tuple[str, ...]] = {
    "code": (
        gettext_noop("Code"), "sku", "product code", "item code", "article number", "internal reference", "reference", "part number",
    ),
    "name": (gettext_noop("Name"), "product name", "item name", "item", "product", "title"),
    "description": (gettext_noop("Description"), "sales description", "details"),
    "category": (gettext_noop("Category"), "product category", "group", "type"),
    "unit": (gettext_noop("Unit"), "uom", "unit of measure", "usage unit"),
    "tax_class": (gettext_noop("Tax class"), "tax", "tax category"),
    "recurs": (gettext_noop("How often"), "period", "billing period", "recurring"),
    "times": (gettext_noop("How many times"),),
    "is_active": (gettext_noop("Sold"), "active", "is active", "can be sold", "product active"),
    "parent": (gettext_noop("Variant of"), "parent", "parent code"),
    "price": (gettext_noop("Price"), "unit price", "sales price", "sale price", "list price"),
    "tier": (gettext_noop("From quantity"), "min quantity", "minimum quantity"),
}  # fmt: skip
_YES = ("true", "1", "yes", "y", "on", "x", "active")


@dataclass(frozen=True)
class ProductRow:
    """What one line says: `columns` as the product actions take them, texts of the other cells; what is empty is not in it."""

    line: int
    code: str
    columns: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    parent: str = ""
    price: str = ""
    tier: str = ""


Cells = dict[tuple[str, str], str]


@dataclass(frozen=True)
class PriceLine:
    """What one line says of a price. `recurs` None: the file does not say how often."""

    line: int
    code: str
    price: str
    tier: str
    recurs: str | None


Row = TypeVar("Row")


def read_products(path: Path, language: str) -> tuple[list[ProductRow], list[str]]:
    """The rows of a CSV or XLSX file, and the names of columns nobody knows. A plain name is in `language`.

    Raises ValidationError for a file that is no table of products, and line by line for cells that mean nothing.
    """
    needed = _("The first line names the columns: at least the code and the name.")
    lines, unknown = _table(path, language, {"code", "name"}, needed)
    return _understood(lines, _row), unknown


def read_prices(path: Path, language: str) -> tuple[list[PriceLine], list[str]]:
    """The same for a file of prices; without a column for it, a price is asked as often as its product."""
    needed = _("The first line names the columns: at least the code and the price.")
    lines, unknown = _table(path, language, {"code", "price"}, needed)
    return _understood(lines, _price_line), unknown


def _table(
    path: Path, language: str, needed: set[str], words: str
) -> tuple[list[tuple[int, Cells, bool]], list[str]]:
    """(line, what its cells mean, whether the file has a column for how often) of lines that say anything; the unknown columns."""
    try:
        source = open_source(path, detect_reading(path))
        header, lines = source.header, list(islice(source.rows(), MOST_ROWS + 1))
    except SourceProblem as problem:
        raise ValidationError(problem.sentence) from None
    meant = columns_of(header, language)
    names = {name for name, _language in meant.values()}
    if not needed <= names:
        raise ValidationError(words)
    if len(lines) > MOST_ROWS:
        raise ValidationError(_("At most %(limit)s products at once.") % {"limit": MOST_ROWS})
    found = []
    for row in lines:
        cells = {meant[place]: cell.strip() for place, cell in enumerate(row.cells) if place in meant and cell.strip()}  # fmt: skip
        if cells:
            found.append((row.line, cells, "recurs" in names))
    return found, [name for place, name in enumerate(header) if place not in meant]


def _understood(lines: list[tuple[int, Cells, bool]], read: Callable[[int, Cells, bool], Row]) -> list[Row]:
    found, problems = [], []
    for line, cells, says_how_often in lines:
        try:
            found.append(read(line, cells, says_how_often))
        except ValidationError as problem:
            problems.append(at_line(line, problem))
    if problems:
        raise ValidationError(problems[:20])
    return found


def at_line(line: int, problem: ValidationError) -> str:
    """The problem with the line of the file it is about."""
    text = _("Line %(number)s: %(problem)s")
    return text % {"number": line, "problem": " ".join(problem.messages)}


def columns_of(header: list[str], language: str) -> dict[int, tuple[str, str]]:
    """What each column means: (field, language of a text); the first of two columns that mean one thing."""
    known = dict(_known(language))
    found: dict[int, tuple[str, str]] = {}
    for place, title in enumerate(header):
        meaning = known.get(fold(title.replace("_", " ")))
        if meaning is not None and meaning not in found.values():
            found[place] = meaning
    return found


def _known(language: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for name, (own, *words) in _WORDS.items():
        said = {own.casefold(), *words}
        for code, _label in settings.LANGUAGES:
            with override(code):
                said.add(fold(_(own)))
        is_text = name in ("name", "description")
        for word in said:
            yield word, (name, language if is_text else "")
            if is_text:
                for code, _label in settings.LANGUAGES:
                    yield f"{word} {code}", (name, code)
                    yield f"{word} ({code})", (name, code)


def _price_line(line: int, cells: Cells, says_how_often: bool) -> PriceLine:
    plain = {name: text for (name, _language), text in cells.items()}
    recurs: str | None = "" if says_how_often else None
    if "recurs" in plain:
        recurs = _one_of({"": _("once"), **dict(Period.choices)}, plain["recurs"])
    code, price, tier = (plain.get(name, "") for name in ("code", "price", "tier"))
    return PriceLine(line=line, code=code, price=price, tier=tier, recurs=recurs)


def _row(line: int, cells: Cells, _says_how_often: bool) -> ProductRow:
    plain = {name: text for (name, _language), text in cells.items() if name not in ("name", "description")}
    columns: dict[str, Any] = {}
    if "category" in plain:
        columns["category"] = plain["category"]
    for name, choices in (("unit", UNITS), ("tax_class", READY_MADE), ("recurs", dict(Period.choices))):
        if name in plain:
            columns[name] = _one_of(choices, plain[name])
    if "times" in plain:
        columns["times"] = plain["times"]
    if "is_active" in plain:
        columns["is_active"] = fold(plain["is_active"]) in (*_YES, *_in_every_language(gettext_noop("yes")))
    return ProductRow(
        line=line, code=plain.get("code", ""), columns=columns,
        names={language: text for (name, language), text in cells.items() if name == "name"},
        descriptions={language: text for (name, language), text in cells.items() if name == "description"},
        parent=plain.get("parent", ""), price=plain.get("price", ""), tier=plain.get("tier", ""),
    )  # fmt: skip


def _one_of(choices: Mapping[str, Any], text: str) -> str:
    """The key of a choice, named by itself or by its word in any language of the house. Raises ValidationError."""
    wanted = fold(text)
    for key, label in choices.items():
        if wanted == fold(str(key)):
            return str(key)
        for code, _name in settings.LANGUAGES:
            with override(code):
                if wanted == fold(str(label)):
                    return str(key)
    known = ", ".join(str(label) for label in choices.values())
    raise ValidationError(
        _("“%(text)s” is none of these: %(known)s.") % {"text": text[:60], "known": known}, code="no_choice"
    )


def _in_every_language(word: str) -> list[str]:
    found = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.append(fold(_(word)))
    return found
