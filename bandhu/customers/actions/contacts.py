"""Creating and changing people."""

from __future__ import annotations

from typing import Any

from bandhu.customers.actions.records import title_of
from bandhu.customers.actions.writing import change, create
from bandhu.customers.events import ContactCreated
from bandhu.customers.models import Contact
from bandhu.identity.acting import action


@action("customers.create_contact", on_record=False)
def create_contact(*, actor: Any, full_name: str, in_passing: bool = False, **values: Any) -> Contact:
    """A new person. `values`: any of CONTACT_COLUMNS, the lists of POINT_KINDS, `tags` (names) and `custom` (by key).

    A row of a list is a text, or a mapping with the columns of the row. Without owner and team the contact belongs to the
    actor. Raises ValidationError with the problems by field ("phones.0" for the first phone).

    `in_passing`: made beside something else, an enquiry; own fields that must be filled are not asked for.
    """
    return create(
        Contact, {"full_name": full_name, **values}, actor=actor, created=_created, in_passing=in_passing
    )


@action("customers.change_contact")
def change_contact(contact: Contact, *, actor: Any, version: int | None = None, **changes: Any) -> Contact:
    """Change any of CONTACT_COLUMNS, the lists of POINT_KINDS (as a whole), `tags` (names) and `custom` (by key).

    With `version`, somebody else's change in between raises EditConflict and nothing is written. What is as it
    was writes nothing. Raises ValidationError with the problems by field. Returns the contact as stored.
    """
    return change(contact, changes, actor=actor, version=version)


def _created(contact: Contact) -> ContactCreated:
    return ContactCreated(contact_id=str(contact.pk), title=title_of(contact))
