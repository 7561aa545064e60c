"""Creating and changing people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bandhu.customers.actions.records import (
    announce,
    changed_event,
    clean_record,
    conflict_of,
    derive,
    locked,
    refresh_list_columns,
    title_of,
    write,
    write_custom,
    write_points,
    write_tags,
)
from bandhu.customers.events import ContactCreated
from bandhu.customers.models import Contact
from bandhu.customers.point_values import POINT_KINDS
from bandhu.identity.acting import action

Item = Any  # a text, or a mapping with the columns of the row and "id" when it is an existing one
ACTOR = object()


@action("customers.create_contact", on_record=False)
def create_contact(
    *,
    actor: Any,
    full_name: str,
    owner: Any = ACTOR,
    team: Any = ACTOR,
    phones: Sequence[Item] = (),
    mails: Sequence[Item] = (),
    addresses: Sequence[Item] = (),
    socials: Sequence[Item] = (),
    other_names: Sequence[Item] = (),
    external_ids: Sequence[Item] = (),
    tags: Sequence[Any] = (),
    custom: dict[str, Any] | None = None,
    **columns: Any,
) -> Contact:
    """A new person; `columns` are any of CONTACT_COLUMNS. Without owner and team it belongs to the actor.

    Raises ValidationError with the problems by field ("phones.0" for the first phone).
    """
    given = {
        "full_name": full_name,
        "owner": actor if owner is ACTOR else owner,
        "team": actor.team if team is ACTOR else team,
        "phones": phones,
        "mails": mails,
        "addresses": addresses,
        "socials": socials,
        "other_names": other_names,
        "external_ids": external_ids,
        "tags": tags,
        "custom": custom or {},
        **columns,
    }
    cleaned = clean_record(Contact, given, actor=actor)
    contact = Contact(created_by=actor, **cleaned.columns)
    derive(contact)
    contact.save(force_insert=True)
    changes: dict[str, tuple[Any, Any]] = {
        name: (None, str(value)) for name, value in cleaned.columns.items() if value not in (None, "")
    }
    for name, rows in cleaned.points.items():
        changes |= write_points(contact, POINT_KINDS[name], rows)
    changes |= write_tags(contact, cleaned.tags or []) if cleaned.tags else {}
    changes |= write_custom(contact, cleaned.custom or {})
    refresh_list_columns(contact)
    contact.save()
    announce(
        contact,
        "created",
        ContactCreated(contact_id=str(contact.pk), title=title_of(contact)),
        actor=actor,
        changes=changes,
    )
    return contact


@action("customers.change_contact")
def change_contact(contact: Contact, *, actor: Any, version: int | None = None, **changes: Any) -> Contact:
    """Change any of CONTACT_COLUMNS, the lists of POINT_KINDS (as a whole), `tags` (names) and `custom` (by key).

    With `version`, somebody else's change in between raises EditConflict and nothing is written. What is as it
    was writes nothing. Raises ValidationError with the problems by field. Returns the contact as stored.
    """
    fresh = locked(contact)
    cleaned = clean_record(Contact, changes, actor=actor, record=fresh)
    if version is not None and version != fresh.version:
        raise conflict_of(fresh, version, cleaned)
    if written := write(fresh, cleaned):
        announce(fresh, "changed", changed_event(fresh, written), actor=actor, changes=written)
    return fresh
