"""A record on its way to the database: made new or loaded, then changed by one row of the file or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from bandhu.customers.imports.records import Record
from bandhu.customers.imports.values import domain_of
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.sort_keys import sort_key
from bandhu.platform.texts import fold

NAME_COLUMN = {"contact": "full_name", "company": "name"}
LINK_COLUMN = {"contact": "company_id", "company": "parent_id"}
# Columns of a list page that repeat the first mail, phone and address.
SHOWN = ("primary_mail", "primary_phone", "city", "country")


class Suspect(NamedTuple):
    """The record a new one probably repeats; `score` from 0 to 1, `reasons` strongest first (matching's keys)."""

    id: UUID
    score: float
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Pending:
    """`columns` are values by column, `former` those that were there before; `added` rows by table, `*_known` what is there."""

    kind: str
    id: UUID
    is_new: bool
    number: int
    columns: dict[str, Any] = field(default_factory=dict)
    former: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    former_custom: dict[str, Any] = field(default_factory=dict)
    mails: dict[str, tuple[str, str]] = field(default_factory=dict)
    phones: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    addresses: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)
    socials: dict[tuple[str, str], None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    external_ids: dict[tuple[str, str], None] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    works_for: list[UUID] = field(default_factory=list)
    known: dict[str, set[Any]] = field(default_factory=dict)
    version: int = 1
    linked: bool = False
    suspect: Suspect | None = None
    # Grows with everything a row changes, so that a row which changes nothing can be told.
    edits: int = 0

    @property
    def title(self) -> str:
        return str(self.columns.get(NAME_COLUMN[self.kind], ""))

    def set(self, column: str, value: Any, overwrite: bool) -> None:
        """Put a value in place; an empty one never erases, a present one yields only to `overwrite`."""
        before = self.columns.get(column)
        if value in (None, "") or before == value or (before not in (None, "") and not overwrite):
            return
        self.former.setdefault(column, before)
        self.columns[column] = value
        self.edits += 1

    def link(self, column: str, company: UUID, overwrite: bool) -> None:
        """Tie to a company. A person who is tied to another one keeps that as a relation: no link is lost."""
        present = self.columns.get(column)
        if present == company:
            return
        if present and self.kind == "contact":
            self.relate(present if overwrite else company)
        self.set(column, company, overwrite)

    def relate(self, company: UUID) -> None:
        """This person works for one more company."""
        if company not in self.known.get("works_for", ()) and company not in self.works_for:
            self.works_for.append(company)
            self.edits += 1

    def take(
        self, record: Record, *, source: str, overwrite: bool, titles: Mapping[str, str] | None = None
    ) -> None:
        """Everything one row says. With `titles` (column or "field:<key>" to words), a single value that has to yield,
        or that finds its place taken, is kept as a line of the note."""
        if not self.is_new and self.title in {
            external_id for _source, external_id in self.known.get("external_ids", ())
        }:
            overwrite = True  # a company that was so far only an id to link to
        for name, value in record.values.items():
            column = {"owner": "owner_id", "team": "team_id"}.get(name, name)
            replaces = overwrite and (column != "created_at" or self.is_new)
            if titles and self._keep_loser(titles.get(name, ""), self.columns.get(column), value, replaces):
                continue
            if column != "created_at" or self.is_new:
                self.set(column, value, overwrite)
        if self.is_new and not self.columns.get(NAME_COLUMN[self.kind]):
            self.columns[NAME_COLUMN[self.kind]] = record.fallback_name
        for text in record.notes:
            self._append_note(text)
        for text in record.culture_notes:
            self._append_note(text, "culture_note")
        for key, value in record.custom.items():
            if titles and self._keep_loser(
                titles.get(f"field:{key}", ""), self.custom.get(key), value, overwrite
            ):
                continue
            self._set_custom(key, value, overwrite)
        for label, mail in record.emails:
            self.add("mails", mail_key(mail), (label, mail))
        for label, number, extension, as_typed in record.phones:
            self.add("phones", (number, extension), (label, as_typed))
        for address in record.addresses:
            parts = tuple(
                address.get(part, "")
                for part in ("country", "region", "city", "district", "postcode", "street")
            )
            if not self._stands_in_another(parts):
                self.add("addresses", parts, address)
        for network, handle in record.social:
            self.add("socials", (network, handle), None)
        for name_kind, name in record.names:
            self.add("names", name, name_kind)
        for name in record.tags:
            self.add("tags", folded_tag(name), name)
        for pair in ((source, record.external_id), *record.other_ids):
            # The id a record was given here is no external one.
            if pair[1] and pair[1] != str(self.id):
                self.add("external_ids", pair, None)

    def _stands_in_another(self, parts: tuple[str, ...]) -> bool:
        """Whether an address that is there already says all this one does ("India" beside a street in India)."""
        others = (*self.known.get("addresses", ()), *self.addresses)
        return any(
            all(not mine or mine == theirs for mine, theirs in zip(parts, other, strict=True))
            for other in others
        )

    def _keep_loser(self, title: str, before: Any, value: Any, replaces: bool) -> bool:
        """Write the value that yields into the note. True where the new one yielded to another system before: the same
        file in its second coming does not turn round what the two systems have settled."""
        if not title or before in (None, "") or value in (None, "") or before == value:
            return False
        if _note_line(title, value) in (self.columns.get("note") or "").splitlines():
            return True
        self._append_note(_note_line(title, before if replaces else value))
        return False

    def _append_note(self, text: str, column: str = "note") -> None:
        before = self.columns.get(column) or ""
        if text not in before:
            self.former.setdefault(column, before)
            self.columns[column] = f"{before}\n\n{text}" if before else text
            self.edits += 1

    def _set_custom(self, key: str, value: Any, overwrite: bool) -> None:
        before = self.custom.get(key)
        if value in (None, "", []) or before == value or (before is not None and not overwrite):
            return
        self.former_custom.setdefault(key, before)
        self.custom[key] = value
        self.edits += 1

    def add(self, where: str, key: Any, value: Any) -> None:
        mine = getattr(self, where)
        if key not in self.known.get(where, ()) and key not in mine:
            mine[key] = value
            self.edits += 1

    @property
    def has_changed(self) -> bool:
        return bool(
            self.is_new or self.former or self.former_custom or self.mails or self.phones or self.addresses
            or self.socials or self.names or self.external_ids or self.tags or self.works_for
        )  # fmt: skip

    def settle(self) -> None:
        """Columns that follow from others: what lists show, the order of names, a company's domain."""
        if self.mails:
            self.set("primary_mail", next(iter(self.mails.values()))[1], False)
        if self.phones:
            self.set("primary_phone", next(iter(self.phones))[0], False)
        if self.addresses and not self.columns.get("city") and not self.columns.get("country"):
            first = next(iter(self.addresses.values()))
            self.set("city", first.get("city", ""), False)
            self.set("country", first.get("country", ""), False)
        if self.is_new or "sort_as" in self.former or NAME_COLUMN[self.kind] in self.former:
            self._follow("sort_key", sort_key(self.columns.get("sort_as") or self.title))
        if self.kind == "company" and "website" in self.former:
            self._follow("domain", domain_of(self.columns["website"]))

    def _follow(self, column: str, value: Any) -> None:
        if self.columns.get(column) != value:
            self.former.setdefault(column, self.columns.get(column))
            self.columns[column] = value


def _note_line(title: str, value: Any) -> str:
    return f"{title}: {value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else f"{title}: {value}"


def folded_tag(name: str) -> str:
    """The key of a tag: "VIP" and "vip " are one."""
    return fold(name)[:60]
