"""Files on customers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bandhu.customers.actions.records import KIND_OF, Record, title_of
from bandhu.customers.models import Company, Contact
from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit, live
from bandhu.platform.files import delete_file, store_file
from bandhu.platform.models import StoredFile


def attach_file(record: Record, *, actor: Any, name: str, content: Iterable[bytes]) -> StoredFile:
    """Keep a file with a contact or company. Raises ValidationError when it is empty or too large."""
    act: Any = _attach_to_contact if isinstance(record, Contact) else _attach_to_company
    return act(record, actor=actor, name=name, content=content)  # type: ignore[no-any-return]


def remove_file(record: Record, *, actor: Any, stored: StoredFile) -> None:
    """Throw the file away. Raises OutOfReach when it belongs to another record."""
    act: Any = _remove_from_contact if isinstance(record, Contact) else _remove_from_company
    act(record, actor=actor, stored=stored)


@action("customers.change_contact")
def _attach_to_contact(contact: Contact, *, actor: Any, name: str, content: Iterable[bytes]) -> StoredFile:
    return _attach(contact, actor, name, content)


@action("customers.change_company")
def _attach_to_company(company: Company, *, actor: Any, name: str, content: Iterable[bytes]) -> StoredFile:
    return _attach(company, actor, name, content)


@action("customers.change_contact")
def _remove_from_contact(contact: Contact, *, actor: Any, stored: StoredFile) -> None:
    _remove(contact, actor, stored)


@action("customers.change_company")
def _remove_from_company(company: Company, *, actor: Any, stored: StoredFile) -> None:
    _remove(company, actor, stored)


def _attach(record: Record, actor: Any, name: str, content: Iterable[bytes]) -> StoredFile:
    kind = KIND_OF[type(record)]
    stored = store_file(record_kind=kind, record_id=record.pk, name=name, content=content, created_by=actor)
    _tell(record, actor, (None, stored.name))
    return stored


def _remove(record: Record, actor: Any, stored: StoredFile) -> None:
    if stored.record_id != record.pk:
        raise OutOfReach
    delete_file(stored)
    _tell(record, actor, (stored.name, None))


def _tell(record: Record, actor: Any, change: tuple[str | None, str | None]) -> None:
    kind = KIND_OF[type(record)]
    audit.record_change(
        "changed",
        actor=actor,
        kind=kind,
        record_id=record.pk,
        title=title_of(record),
        changes={"files": change},
    )
    live.hint(f"{kind}:{record.pk}")
