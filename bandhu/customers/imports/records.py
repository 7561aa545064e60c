"""One row of a file as one record: every cell read by its meaning, every fault noted by its column."""

from __future__ import annotations

import datetime as dt
import hashlib
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bandhu.customers.birthdays import may_be_born_on
from bandhu.platform.texts import has_visible

from . import addresses
from .csv_rows import UNCLOSED
from .custom_values import FieldType, read_custom
from .dates import is_ambiguous, read_date
from .mapping import CUSTOM, SKIP, ColumnMapping
from .neutral import restored
from .problems import CellProblem, ValueProblem
from .setters import (
    fitting,
    one_line,
    set_company,
    set_company_domain,
    set_company_id,
    set_culture_note,
    set_employees,
    set_external_id,
    set_middle,
    set_name,
    set_note,
    set_note_line,
    set_nothing,
    set_other_id,
    set_other_name,
    set_plain,
    set_works_for,
)
from .targets import CONSTRAINED, Target
from .values import (
    clean_text,
    domain_of,
    read_emails,
    read_phones,
    read_tags,
    read_url,
)
from .xlsx_formulas import FORMULA_MARK

NOTE_LINE = "note_line"
CULTURE_LINE = "culture_line"
# What a column of its own can hold besides text, by the word a mapping has for it.
OWN_TYPES = {
    "number": "number",
    "date": "date",
    "yes_no": "boolean",
    "money": "money",
    "long_text": "long_text",
}
PLAIN = {"given_name", "family_name", "nickname", "name_prefix", "name_suffix", "sort_as", "form_of_address", "job_title",
         "department", "national_id", "legal_name", "industry", "registration_number", "source"}  # fmt: skip


@dataclass(slots=True)
class Record:
    """What one row says. `values` are columns of the model; lists keep the order of the file."""

    number: int = 0
    line: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    emails: list[tuple[str, str]] = field(default_factory=list)
    phones: list[tuple[str, str, str, str]] = field(default_factory=list)
    addresses: list[dict[str, str]] = field(default_factory=list)
    social: list[tuple[str, str]] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    external_id: str = ""
    other_ids: list[tuple[str, str]] = field(default_factory=list)
    fallback_name: str = ""
    company_name: str = ""
    company_id: str = ""
    company_domain: str = ""
    works_for: dict[str, tuple[str, str]] = field(default_factory=dict)
    # What hangs on the record (a lead, an opportunity): values by target, texts without a field, and what the row is known by.
    attached: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    fingerprint: str = ""
    # It has no contact or company of its own: what hangs on it stands alone.
    is_alone: bool = False
    notes: list[str] = field(default_factory=list)
    culture_notes: list[str] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)
    warnings: list[CellProblem] = field(default_factory=list)

    def companies(self) -> list[tuple[str, str]]:
        """Every company it names, as (name, external id)."""
        return [(self.company_name, self.company_id), *self.works_for.values()]


@dataclass(frozen=True)
class ReadingOptions:
    """What the person chose, and what the house knows: names to ids of users and teams, custom fields by key."""

    country: str = ""
    time_zone: str = "UTC"
    bad_cells: str = "fail"
    restore_formulas: bool = True
    tag_separator: str = ""
    orders: dict[str, str] = field(default_factory=dict)
    # Columns that write some days first and some months first.
    mixed: frozenset[str] = frozenset()
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    added: Mapping[str, Target] = field(default_factory=dict)
    currency: str = ""
    fields: dict[str, FieldType] = field(default_factory=dict)
    # Whether a row that names nobody may stand without a contact or company: never, "nameless" (when it names none) or "always".
    alone: str = ""


class RowReader:
    """Reads rows by a mapping; made once per import, since it looks every column up beforehand."""

    def __init__(self, mapping: list[ColumnMapping], kind: str, options: ReadingOptions) -> None:
        self.kind = kind
        self.options = options
        self.zone = zoneinfo.ZoneInfo(options.time_zone)
        self.columns = [
            (place, column, self._setter(column))
            for place, column in enumerate(mapping)
            if column.target != SKIP
        ]
        self.labels = {
            (column.target.removesuffix("_label"), column.slot): place
            for place, column in enumerate(mapping)
            if column.target.endswith("_label")
        }

    def read(
        self,
        number: int,
        line: int,
        cells: list[str],
        surplus: list[str] | None = None,
        fault: tuple[str, str] = ("", ""),
    ) -> Record:
        """The record of one row; faults are in `problems` (the row fails) and `warnings` (it does not). `fault` is what
        the file's reader found, and on which lines (`csv_rows`)."""
        record = Record(number, line)
        if fault[0]:
            where = record.problems if fault[0] == UNCLOSED else record.warnings
            where.append(CellProblem(fault[0], None, fault[1]))
        parts: dict[str, dict[str, str]] = {}
        for place, column, setter in self.columns:
            raw = cells[place]
            if not raw or (raw.isspace()):
                continue
            try:
                if raw[0] == FORMULA_MARK:
                    raw = raw[1:]
                    raise ValueProblem("cell_with_error" if raw[0] == "#" else "formula_without_result")
                text = clean_text(restored(raw) if self.options.restore_formulas else raw)
                if text:
                    setter(record, column, text, cells, parts)
            except (ValueProblem, ValueError) as error:
                self._note_fault(record, column, raw, error)
        addresses.gather(record, parts)
        if surplus:
            record.problems.append(CellProblem("surplus_cells", None, " | ".join(surplus)))
        self._finish(record)
        if self.options.added:
            record.fingerprint = hashlib.sha256("\x1f".join(cells).encode("utf-8", "replace")).hexdigest()
        return record

    def _note_fault(self, record: Record, column: ColumnMapping, raw: str, error: ValueError) -> None:
        code = getattr(error, "code", "unreadable")
        problem = CellProblem(code, column.column, raw)
        keep = self.options.bad_cells == "note" and code != "broken_bytes"
        if keep:
            record.notes.append(f"{column.column}: {clean_text(raw)}")
        (record.warnings if keep else record.problems).append(problem)

    def _setter(self, column: ColumnMapping) -> Callable[..., None]:
        target = column.target
        if target in self.options.added:
            return self._set_attached
        if target in PLAIN:
            return set_plain
        if target.startswith("field:"):
            return self._set_custom
        if target == CUSTOM and column.label in OWN_TYPES:
            return self._try_custom
        if target in (CUSTOM, NOTE_LINE):
            return set_note_line
        if target in (CULTURE_LINE, "culture_note"):
            return set_culture_note
        if target.startswith("address"):
            return addresses.set_part
        if target.endswith("_label"):
            return set_nothing
        if target in CONSTRAINED:
            return self._set_known
        setters: dict[str, Callable[..., None]] = {
            "email": self._set_email, "phone": self._set_phone, "website": self._set_website, "social": self._set_social,
            "birthday": self._set_date, "created_at": self._set_created, "tags": self._set_tags, "name": set_name,
            "middle_name": set_middle, "note": set_note, "other_name": set_other_name, "employees": set_employees,
            "external_id": set_external_id, "company_name": set_company, "company_external_id": set_company_id,
            "other_id": set_other_id, "works_for_name": set_works_for, "works_for_id": set_works_for,
            "company_domain": set_company_domain, "parent_name": set_company, "parent_external_id": set_company_id,
            "domain": self._set_website,
        }  # fmt: skip
        return setters[target]

    def _label(self, column: ColumnMapping, cells: list[str]) -> str:
        place = self.labels.get((column.target, column.slot))
        if place is not None and cells[place].strip():
            return clean_text(cells[place]).removeprefix("* ").strip().lower()[:30]
        return column.label[:30]

    def _set_email(
        self, record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any
    ) -> None:
        label = self._label(column, cells)
        for address in read_emails(text):
            if all(address.lower() != known.lower() for _label, known in record.emails):
                record.emails.append((label, address))

    def _set_phone(
        self, record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any
    ) -> None:
        label = self._label(column, cells)
        for number, extension, as_typed in read_phones(text, self.options.country):
            if all((number, extension) != known[1:3] for known in record.phones):
                record.phones.append((label, number, extension, as_typed))
                if as_typed:
                    record.warnings.append(CellProblem("phone_kept_as_typed", column.column, text))

    def _set_website(
        self, record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any
    ) -> None:
        address, label = read_url(text), self._label(column, cells)
        if self.kind == "companies" and not record.values.get("website"):
            record.values["website"] = fitting(address, 300)
        elif len(address) <= 200:
            record.social.append((f"website {label}".strip()[:30], address))
        else:
            record.notes.append(address)

    def _set_social(
        self, record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any
    ) -> None:
        network = (self._label(column, cells) or "other").lower()[:30]
        record.social.append((network, fitting(text, 200)))

    def _set_date(
        self, record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any
    ) -> None:
        found = self._date(record, column, text)
        day = found.date() if isinstance(found, dt.datetime) else found
        if not may_be_born_on(day):
            raise ValueProblem("no_birthday")
        record.values["birthday"] = day

    def _set_created(
        self, record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any
    ) -> None:
        record.values["created_at"] = self._moment(record, column, text)

    def _moment(self, record: Record, column: ColumnMapping, text: str) -> dt.datetime:
        found = self._date(record, column, text)
        if not isinstance(found, dt.datetime):
            found = dt.datetime.combine(found, dt.time())
        return found if found.tzinfo else found.replace(tzinfo=self.zone)

    def _date(self, record: Record, column: ColumnMapping, text: str) -> dt.date | dt.datetime:
        order = self.options.orders.get(column.column, "dmy")
        try:
            found = read_date(text, order)
        except ValueError as error:
            raise ValueProblem("not_a_date") from error
        if column.column in self.options.mixed and is_ambiguous(text):
            record.warnings.append(CellProblem("ambiguous_date", column.column, text, found.isoformat()[:10]))
        return found

    def _set_tags(
        self, record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any
    ) -> None:
        for name in read_tags(text, self.options.tag_separator):
            if name.casefold() not in {known.casefold() for known in record.tags}:
                record.tags.append(fitting(name, 60))

    def _set_known(
        self, record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any
    ) -> None:
        """Owners, teams, stages …: only what the house knows; else the text goes to the column's own custom field."""
        found = self.options.known.get(column.target, {}).get(" ".join(text.casefold().split()))
        if found is not None:
            record.values[column.target] = found
        elif column.fallback:
            order = self.options.orders.get(column.column, "dmy")
            record.custom[column.fallback] = read_custom(self.options.fields[column.fallback], text, order)
        else:
            record.notes.append(f"{column.column}: {text}")

    def _set_attached(
        self, record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any
    ) -> None:
        """What is not the contact's or company's own, by the type its target holds."""
        target = self.options.added[column.target]
        if target.holds in ("known", "offered"):
            found = self.options.known.get(target.key, {}).get(" ".join(text.casefold().split()))
            if found is None and target.holds == "offered":
                raise ValueProblem("no_such_choice")
            if found is None:
                record.lines.append(f"{column.column}: {text}")
            else:
                record.attached[target.key] = found
        elif target.holds == "own":
            record.attached.setdefault(target.key, {})[column.column] = text
        elif target.holds == "whole":
            record.attached[target.key] = text
        elif target.holds == "line":
            record.lines.append(f"{column.column}: {text}")
        elif target.holds == "date":
            record.attached[target.key] = self._moment(record, column, text)
        elif target.holds == "money":
            record.attached[target.key] = read_custom(
                FieldType("money", currency=self.options.currency), text
            )
        else:
            whole = target.holds == "long_text"
            record.attached[target.key] = fitting(text if whole else one_line(text), 20_000 if whole else 300)

    def _set_custom(
        self, record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any
    ) -> None:
        key = column.target.removeprefix("field:")
        record.custom[key] = read_custom(
            self.options.fields[key], text, self.options.orders.get(column.column, "dmy")
        )

    def _try_custom(
        self, record: Record, column: ColumnMapping, text: str, cells: list[str], parts: Any
    ) -> None:
        """A trial reads the value for a field that is not made yet, so that its faults show."""
        own = FieldType(OWN_TYPES[column.label], currency="BDT")
        read_custom(own, text, self.options.orders.get(column.column, "dmy"))
        set_note_line(record, column, text, cells, parts)

    def _finish(self, record: Record) -> None:
        """The name: as written, else from its parts; `fallback_name` stands in when a new record would have none."""
        values = record.values
        for part in ("name", "given_name", "family_name"):
            if part in values and not has_visible(values[part]):
                del values[part]  # a row nobody could click
        middle = values.pop("middle_name", "")
        if self.kind == "contacts":
            parts = (values.get("given_name"), middle, values.get("family_name"), values.get("name_suffix"))
            name = values.pop("name", "") or " ".join(part for part in parts if part)
            if middle and middle not in name:
                record.names.append(("other", " ".join(part for part in parts[:3] if part)))
            if name:
                values["full_name"] = name
        else:
            name = values.get("name") or values.get("legal_name") or ""
        record.fallback_name = name or _stand_in(record)
        alone = self.options.alone
        if alone == "always" or (alone == "nameless" and not record.fallback_name):
            record.is_alone = True
            # There is nobody's note to keep them in.
            record.lines += [*record.notes, *record.culture_notes]
        elif not record.fallback_name and not record.problems:
            record.problems.append(CellProblem("no_name"))
        elif len(name) > 300:
            record.problems.append(CellProblem("too_long", None, name))


def _stand_in(record: Record) -> str:
    """What a record without a name is called until somebody knows better."""
    address = record.addresses[0] if record.addresses else {}
    candidates = (
        record.values.get("nickname"),
        record.company_name,
        *(mail for _label, mail in record.emails[:1]),
        *(number for _label, number, _extension, _typed in record.phones[:1]),
        *(handle for _network, handle in record.social[:1]),
        domain_of(record.values.get("website", "")),
        ", ".join(address[part] for part in ("street", "city") if address.get(part)),
    )
    return next((" ".join(text.split())[:300] for text in candidates if text), "")
