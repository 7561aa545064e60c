"""The columns of one address, wherever they stand in the row, brought together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .countries import country_code, country_name, is_read_freely
from .problems import CellProblem

if TYPE_CHECKING:
    from .mapping import ColumnMapping
    from .records import Record

WIDTHS = {"region": 120, "city": 120, "district": 120, "postcode": 20}
SPACE = re.compile(r"\W+")


def set_part(
    record: Record, column: ColumnMapping, text: str, cells: list[str], parts: dict[str, dict[str, str]]
) -> None:
    """Put one cell aside under its address; several columns of one part are kept line by line."""
    address = parts.setdefault(column.slot or "1", {})
    part = column.target.removeprefix("address").removeprefix("_") or "formatted"
    address[part] = f"{address[part]}\n{text}" if part in address and part != "label" else text
    if part == "country" and is_read_freely(text):
        understood = country_name(country_code(text))
        record.warnings.append(CellProblem("country_understood", column.column, text, understood))
    if column.label:
        address.setdefault("label", column.label)


def gather(record: Record, parts: dict[str, dict[str, str]]) -> None:
    """The addresses of the row. What does not fit its field goes to the street, so that no text is lost."""
    for found in parts.values():
        street = [found.get("street", ""), found.get("extended", ""), found.get("third", "")]
        if found.get("po_box"):
            street.append(f"PO Box {found['po_box']}" if found["po_box"].isdecimal() else found["po_box"])
        address: dict[str, Any] = {"label": found.get("label", "").lower()[:30], "country": ""}
        for part, key in (
            ("region", "region"),
            ("city", "city"),
            ("district", "district"),
            ("postal_code", "postcode"),
        ):
            text = found.get(part, "")
            if len(text) > WIDTHS[key]:
                street.append(text)
                text = ""
            address[key] = text
        country = found.get("country", "")
        if country:
            address["country"] = country_code(country)
            if not address["country"]:
                street.append(country)
        if found.get("formatted"):
            others = {
                word
                for part, text in found.items()
                if part not in ("formatted", "label")
                for word in SPACE.split(text.casefold())
            }
            if not set(SPACE.split(found["formatted"].casefold())) <= others | {""}:
                street.append(found["formatted"])
        address["street"] = "\n".join(line for line in street if line)
        if any(value for key, value in address.items() if key != "label"):
            record.addresses.append(address)
