"""Priced lines between browser and actions: rows that are there, rows that are new, rows that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.crypto import get_random_string

from bandhu.catalog.models import PricedLine, RecurringLine
from bandhu.catalog.totals import MOST_LINES
from bandhu.platform.money import Money
from bandhu.ui.formats import current_reader

SENT = (
    "id", "product", "name", "description", "quantity", "unit", "unit_price", "discount", "tax_class", "recurs", "times",
)  # fmt: skip
_LONGEST = 20_000


@dataclass
class EditorRow:
    """One line as shown and as sent: texts, what it comes to, and what is wrong with it."""

    key: str
    values: dict[str, str]
    code: str = ""
    parts: list[dict[str, str]] = field(default_factory=list)
    total: str = ""
    list_price: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """A row nobody wrote anything into counts for nothing."""
        return not any(self.values[name].strip() for name in ("product", "name", "unit_price"))

    def as_asked(self) -> dict[str, Any]:
        """As the actions take it; an empty id, product or price is none."""
        empty = {name: self.values[name] or None for name in ("id", "product", "unit_price")}
        return {**self.values, **empty}


def rows_of(lines: Iterable[PricedLine], currency: str) -> list[EditorRow]:
    """Lines as the editor shows them: plain figures, which are read back whatever the reader's place."""
    return [row_of(line, str(line.pk), currency) for line in lines]


def row_of(line: PricedLine, key: str, currency: str) -> EditorRow:
    """One line."""
    return EditorRow(
        key=key,
        values={
            "id": str(line.pk),
            "product": str(line.product_id or ""),
            "name": line.name,
            "description": line.description,
            "quantity": current_reader().in_digits(f"{line.quantity.normalize():f}"),
            "unit": line.unit,
            "unit_price": figures(Money(line.unit_price_minor, currency)),
            "discount": current_reader().in_digits(f"{line.discount.normalize():f}") if line.discount else "",
            "tax_class": line.tax_class,
            **_recurrence(line),
        },
        code=line.code,
        parts=line.parts,
        total=Money(line.net_minor, currency).written(),
        list_price=_list_price(line, currency),
    )


def _recurrence(line: PricedLine) -> dict[str, str]:
    if not isinstance(line, RecurringLine):
        return {}
    many = current_reader().in_digits(str(line.times)) if line.times and line.recurs else ""
    return {"recurs": line.recurs, "times": many}


def new_row(line: PricedLine, currency: str) -> EditorRow:
    """A line that is not stored yet. Its price is left to the book: it follows when the quantity reaches another tier."""
    row = row_of(line, new_key(), currency)
    row.list_price = Money(line.unit_price_minor, currency).written()
    row.values |= {"id": "", "unit_price": ""}
    return row


def blank_row(tax_class: str = "standard") -> EditorRow:
    """Room for something no catalogue knows."""
    values = dict.fromkeys(SENT, "") | {"quantity": current_reader().in_digits("1"), "unit": "C62"}
    return EditorRow(new_key(), values | {"tax_class": tax_class})


def new_key() -> str:
    """A name for a row that is not stored yet."""
    return f"new{get_random_string(8)}"


def rows_sent(data: Any) -> list[EditorRow]:
    """The rows of a form in the order in which they stand on the page; those taken out are not sent."""
    keys = dict.fromkeys(key[:40] for key in data.getlist("row")[: MOST_LINES + 1])
    return [EditorRow(key, {name: data.get(f"{key}-{name}", "")[:_LONGEST] for name in SENT}) for key in keys]


def as_asked(rows: Iterable[EditorRow]) -> list[dict[str, Any]]:
    """The lines the rows ask for, without blank ones."""
    return [row.as_asked() for row in rows if not row.is_blank]


def take_problems(rows: list[EditorRow], problem: ValidationError) -> list[str]:
    """Put what is wrong with lines into their rows; returns what is wrong with the whole."""
    filled = [row for row in rows if not row.is_blank]
    rest = []
    found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    for name, texts in found.items():
        place, _point, value = name.partition(".")
        if place.isdecimal() and int(place) < len(filled):
            filled[int(place)].problems[value] = " ".join(texts)
        elif name in ("", "lines"):
            rest += texts
    return rest


def take_amounts(rows: list[EditorRow], lines: Iterable[PricedLine], currency: str) -> None:
    """What the server reckoned, into the rows it was sent."""
    for row, line in zip([row for row in rows if not row.is_blank], lines, strict=True):
        row.total = Money(line.net_minor, currency).written()
        row.list_price = _list_price(line, currency)
        if not row.values["unit_price"].strip():
            row.list_price = Money(line.unit_price_minor, currency).written()


def figures(amount: Money) -> str:
    """The amount without its currency, in the reader's digits and with the reader's decimal sign."""
    reader = current_reader()
    decimal = str(reader.locale.number_symbols["latn"]["decimal"])
    return reader.in_digits(str(amount.amount).replace(".", decimal))


def _list_price(line: PricedLine, currency: str) -> str:
    """What the book says, where another price is asked for."""
    if line.list_price_minor is None or line.list_price_minor == line.unit_price_minor:
        return ""
    return Money(line.list_price_minor, currency).written()
