"""Into the bin, back from it, and gone for good."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers import events
from bandhu.customers.actions.records import Record, announce, title_of
from bandhu.customers.models import Company, Contact
from bandhu.identity.acting import action
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.files import erase_files_of
from bandhu.platform.registries import personal_data


@action("customers.delete_contact")
def delete_contact(contact: Contact, *, actor: Any, version: int | None = None) -> Contact:
    """Into the bin: out of lists and search, whole, until restored or purged. Repeating it changes nothing.

    With `version`, somebody else's change in between raises EditConflict.
    """
    event = events.ContactDeleted(contact_id=str(contact.pk), title=title_of(contact))
    return _bin(contact, event, actor=actor, version=version)


@action("customers.delete_contact")
def restore_contact(contact: Contact, *, actor: Any, version: int | None = None) -> Contact:
    """Back from the bin as it was. A merged record comes back by undoing the merge (ValidationError)."""
    event = events.ContactRestored(contact_id=str(contact.pk), title=title_of(contact))
    return _restore(contact, event, actor=actor, version=version)


@action("customers.purge_contact")
def purge_contact(contact: Contact, *, actor: Any) -> None:
    """Erase a contact that is in the bin, with everything any app knows about the person. There is no way back."""
    _require_in_bin(contact)
    # Apps above first: what they keep of a person is found by what the apps below know.
    for handler in reversed(personal_data):
        if handler.erase:
            handler.erase(contact.pk)
    erase_files_of(contact.pk)
    _purge(contact, events.ContactPurged(contact_id=str(contact.pk)), actor=actor)


@action("customers.delete_company")
def delete_company(company: Company, *, actor: Any, version: int | None = None) -> Company:
    """Into the bin; its people stay and keep the link, which shows again when it is restored."""
    event = events.CompanyDeleted(company_id=str(company.pk), title=title_of(company))
    return _bin(company, event, actor=actor, version=version)


@action("customers.delete_company")
def restore_company(company: Company, *, actor: Any, version: int | None = None) -> Company:
    """Back from the bin as it was."""
    event = events.CompanyRestored(company_id=str(company.pk), title=title_of(company))
    return _restore(company, event, actor=actor, version=version)


@action("customers.purge_company")
def purge_company(company: Company, *, actor: Any) -> None:
    """Erase a company that is in the bin; its people stay, without company."""
    _require_in_bin(company)
    erase_files_of(company.pk)
    _purge(company, events.CompanyPurged(company_id=str(company.pk)), actor=actor)


def _bin(record: Any, event: Any, *, actor: Any, version: int | None) -> Any:
    fresh = _held(record, version)
    if fresh.deleted_at is None:
        fresh.deleted_at = timezone.now()
        _save_version(fresh)
        announce(fresh, "deleted", event, actor=actor, changes={"deleted_at": (None, fresh.deleted_at)})
    return fresh


def _restore(record: Any, event: Any, *, actor: Any, version: int | None) -> Any:
    fresh = _held(record, version)
    if fresh.merged_into_id:
        raise ValidationError(
            _("This record was merged into another; undo the merge instead."), code="merged"
        )
    if fresh.deleted_at is not None:
        before, fresh.deleted_at = fresh.deleted_at, None
        _save_version(fresh)
        announce(fresh, "restored", event, actor=actor, changes={"deleted_at": (before, None)})
    return fresh


def _purge(record: Record, event: Any, *, actor: Any) -> None:
    # The name stays out of the trail: an entry can never be taken back.
    blank = type(record)(pk=record.pk)
    announce(blank, "purged", event, actor=actor)
    type(record)._default_manager.filter(pk=record.pk).delete()


def _held(record: Record, version: int | None = None) -> Any:
    """The row, locked. Raises EditConflict where it is no longer in `version`."""
    rows: Any = type(record)._default_manager.select_for_update(of=("self",))
    fresh = rows.get(pk=record.pk)
    if version is not None and version != fresh.version:
        raise EditConflict(fresh.version, {}, {}, {})
    return fresh


def _require_in_bin(record: Record) -> None:
    if _held(record).deleted_at is None:
        raise ValidationError(_("Only what is in the bin can be erased: delete it first."), code="not_in_bin")


def _save_version(record: Any) -> None:
    record.version += 1
    record.save(update_fields=["deleted_at", "version", "updated_at"])
