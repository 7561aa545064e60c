"""Where the text of one cell goes in the record: one function per target that needs no more than the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .problems import ValueProblem
from .values import domain_of

if TYPE_CHECKING:
    from .mapping import ColumnMapping
    from .records import Record

LIMITS = {
    "name": 300, "given_name": 150, "family_name": 150, "nickname": 150, "name_prefix": 60, "name_suffix": 60,
    "sort_as": 300, "form_of_address": 120, "job_title": 150, "department": 150, "national_id": 60, "legal_name": 300,
    "industry": 120, "registration_number": 60, "source": 120, "external_id": 200, "company_external_id": 200,
    "company_name": 300, "parent_name": 300, "parent_external_id": 200, "domain": 253, "other_name": 300, "middle_name": 150,
}  # fmt: skip


def fitting(text: str, limit: int) -> str:
    if len(text) > limit:
        raise ValueProblem("too_long")
    return text


def one_line(text: str) -> str:
    return re.sub(r"\s*[\r\n]+\s*", " ", text)


def set_plain(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    record.values[column.target] = fitting(one_line(text), LIMITS[column.target])


def set_name(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    record.values["name"] = fitting(one_line(text), 300)


def set_middle(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    record.values["middle_name"] = fitting(one_line(text), 150)


def set_note(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    record.notes.append(text.replace("\r\n", "\n").replace("\r", "\n"))


def set_note_line(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    record.notes.append(f"{column.column}: {text}")


def set_culture_note(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    record.culture_notes.append(text if column.target == "culture_note" else f"{column.column}: {text}")


def set_nothing(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    """A label is read together with the value it labels."""


def set_other_name(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    record.names.append(
        (
            column.slot[:30] if column.slot and not column.slot.isdecimal() else "other",
            fitting(one_line(text), 300),
        )
    )


def set_employees(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    digits = re.sub(r"[\s,.'’]", "", text)
    if not digits.isdecimal() or int(digits) > 2_147_483_647:
        raise ValueProblem("not_a_count")
    record.values["employees"] = int(digits)


def set_external_id(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    record.external_id = fitting(text, 200)


def set_other_id(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    record.other_ids.append((column.slot[:60], fitting(text, 200)))


def set_company(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    record.company_name = fitting(one_line(text), 300)


def set_works_for(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    name, external_id = record.works_for.get(column.slot, ("", ""))
    if column.target == "works_for_id":
        external_id = fitting(text, 200)
    else:
        name = fitting(one_line(text), 300)
    record.works_for[column.slot] = (name, external_id)


def set_company_id(record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any) -> None:
    record.company_id = fitting(text, 200)


def set_company_domain(
    record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any
) -> None:
    record.company_domain = domain_of(text)
