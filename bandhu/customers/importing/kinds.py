"""What the rows of a file can be: contacts and companies, and what apps above hang on them (a lead on a contact).

A row of such a kind is read, matched and written as a contact or company (`base`) like any other; what hangs on it is checked
before anything is decided, written in the same transaction, and taken back first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from django.utils.translation import gettext_lazy as _

from bandhu.customers.imports.records import Record
from bandhu.customers.imports.targets import Target, add_kind

CONTACTS, COMPANIES = "contacts", "companies"


class Attachment(Protocol):
    """What hangs on the records of one run. Made once for a run, and once for its trial."""

    def check(self, records: Sequence[Record]) -> None:
        """Put what is wrong into `record.problems`: such a row is put aside whole. Reads only."""

    def settle(self, outcomes: Sequence[Any]) -> None:
        """Say by `outcome.verb` what becomes of what hangs on each row: created or skipped. Reads only."""

    def write(self, now: datetime) -> None:
        """Write what `settle` settled, in the caller's transaction, after the records themselves."""


class Choice(NamedTuple):
    """An option of the kind's own on the wizard's page; without `offered` it is a text."""

    name: str
    label: Any
    help: Any = ""
    offered: Sequence[tuple[str, Any]] = ()


@dataclass(frozen=True, kw_only=True)
class ImportKind:
    """`defaults` are options where the person chose nothing; `clean` checks its own options by name."""

    name: str
    label: Any
    base: str
    record_kind: str
    permission: str
    targets: tuple[Target, ...] = ()
    # What else one must hold to bring such rows in.
    also: tuple[str, ...] = ()
    # Where the text of a column goes that nobody knows; "" leaves it to the base.
    line_target: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    known: Callable[[Any], dict[str, dict[str, Any]]] | None = None
    # Of amounts that name none.
    currency: Callable[[], str] = lambda: ""
    # Whether rows may stand without a contact or company: see `ReadingOptions.alone`.
    alone: str = ""
    # Rows that say the same under this target are never parted by the end of a chunk, as long as they stand one after the other.
    together: str = ""
    # How many rows are one transaction; 0 is as many as the engine thinks fit.
    chunk_rows: int = 0
    attach: Callable[[Any, Any], Attachment] | None = None
    take_back: Callable[[Any, Sequence[Any]], list[Any]] | None = None
    # Of records that are no kind of their own on pages: their titles for who may see them, and where one is shown.
    titles: Callable[[Any, Sequence[Any]], dict[Any, str]] | None = None
    url: Callable[[Any], str] | None = None
    choices: Callable[[Any], Sequence[Choice]] = lambda user: ()
    clean: Mapping[str, Callable[[Any, Any], Any]] = field(default_factory=dict)

    @property
    def base_record_kind(self) -> str:
        return "contact" if self.base == CONTACTS else "company"

    @property
    def stands_alone(self) -> bool:
        """Whether no row is a contact or company: there is nobody to recognise, and own fields are those of what the rows make."""
        return self.alone == "always"

    @property
    def own_fields_of(self) -> str:
        """The kind of record whose own fields a column may fill."""
        return self.record_kind if self.stands_alone else self.base_record_kind


import_kinds: dict[str, ImportKind] = {}


def register_import_kind(kind: ImportKind) -> None:
    """To be called while the apps start."""
    import_kinds[kind.name] = kind
    if kind.targets:
        add_kind(kind.name, kind.base, kind.targets, is_alone=kind.stands_alone)


def offered_kinds(user: Any) -> list[ImportKind]:
    """What the user may bring in."""
    return [kind for kind in import_kinds.values() if all(map(user.holds, (kind.permission, *kind.also)))]


def kind_of_record(record_kind: str) -> ImportKind:
    """The kind whose rows make records of this kind."""
    return next(kind for kind in import_kinds.values() if kind.record_kind == record_kind)


register_import_kind(
    ImportKind(
        name=CONTACTS, label=_("Contacts"), base=CONTACTS, record_kind="contact",
        permission="customers.create_contact", defaults={"match": ["external_id", "email"]},
    )
)  # fmt: skip
register_import_kind(
    ImportKind(
        name=COMPANIES, label=_("Companies"), base=COMPANIES, record_kind="company",
        permission="customers.create_company", defaults={"match": ["external_id", "name"]},
    )
)  # fmt: skip
