"""What a page draws of entries of a timeline beside themselves, in one statement: as prefetches they took three, and a quarter of the panel."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, prefetch_related_objects

from bandhu.customers.models import Contact
from bandhu.identity.models import User
from bandhu.interactions.models import FollowUp, Interaction, Participant
from bandhu.platform.json_rows import from_json
from bandhu.platform.registries import EntryNote, entry_notes

_MODELS: dict[str, type[User | Participant | FollowUp]] = {
    "user": User,
    "participant": Participant,
    "follow_up": FollowUp,
}
_SHOWN = """
    SELECT 'user', json_build_object('id', id, 'email', email, 'full_name', full_name)::text
    FROM identity_user
    WHERE id = ANY(%(actors)s)
       OR id IN (SELECT user_id FROM interactions_participant WHERE interaction_id = ANY(%(entries)s))
    UNION ALL
    SELECT 'participant', json_build_object(
        'id', id, 'interaction_id', interaction_id, 'contact_id', contact_id, 'user_id', user_id, 'address', address
    )::text
    FROM interactions_participant WHERE interaction_id = ANY(%(entries)s)
    UNION ALL
    SELECT 'follow_up', json_build_object(
        'id', id, 'interaction_id', interaction_id, 'what', what, 'due_at', due_at
    )::text
    FROM interactions_followup WHERE interaction_id = ANY(%(entries)s)
"""


def add_what_is_shown(user: User, entries: list[Interaction], *, with_contact: bool) -> None:
    """Give each entry what a page draws of it: `actor`, `contact` where asked for, `taking_part` and `next_steps` (lists), `note`.

    Contacts that `user` may not see are None.
    """
    if not entries:
        return
    found = _read(entries)
    users = {one.pk: one for one in found["user"]}
    people = {one.contact_id for one in found["participant"] if one.contact_id}
    contacts = _names_of(user, people) if people else {}
    for one in found["participant"]:
        _know(one, "user", users.get(one.user_id))
        _know(one, "contact", contacts.get(one.contact_id))
    taking_part, next_steps = _by_entry(found["participant"]), _by_entry(found["follow_up"])
    for entry in entries:
        _know(entry, "actor", users.get(entry.actor_id))
        entry.taking_part = taking_part[entry.pk]  # type: ignore[attr-defined]
        entry.next_steps = next_steps[entry.pk]  # type: ignore[attr-defined]
    if with_contact:
        prefetch_related_objects(
            entries, Prefetch("contact", Contact.objects.visible_to(user).only("full_name"))
        )
    _add_notes(user, entries)


def _add_notes(user: User, entries: list[Interaction]) -> None:
    """What the apps above know of their entries (is a mail sent already?), as `note`."""
    told: dict[UUID, EntryNote] = {}
    for source, tell in entry_notes.items():
        if theirs := [one.pk for one in entries if one.source == source]:
            told |= tell(user, theirs)
    for one in entries:
        one.note = told.get(one.pk)  # type: ignore[attr-defined]


def _read(entries: list[Interaction]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {name: [] for name in _MODELS}
    actors = list({entry.actor_id for entry in entries if entry.actor_id})
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, {"entries": [entry.pk for entry in entries], "actors": actors})
        for name, row in cursor.fetchall():
            found[name].append(from_json(_MODELS[name], row))
    return found


def _names_of(user: User, ids: set[Any]) -> dict[Any, Contact]:
    sees_all = user.holds_on_all("customers.view_contact")
    rows = Contact.objects.all() if sees_all else Contact.objects.visible_to(user)
    return rows.only("full_name").in_bulk(ids)


def _know(record: Any, relation: str, other: Any) -> None:
    """Put a related record in its place; None for one that must not be seen, whatever the id says."""
    record._meta.get_field(relation).set_cached_value(record, other)


def _by_entry(rows: list[Any]) -> defaultdict[Any, list[Any]]:
    grouped = defaultdict(list)
    for row in sorted(rows, key=lambda one: one.pk):
        grouped[row.interaction_id].append(row)
    return grouped
