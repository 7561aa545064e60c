"""Opening and changing tickets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.customers.actions import contact_behind
from bandhu.customers.actions.comparing import conflict_with
from bandhu.customers.actions.records import write_tags
from bandhu.customers.record_values import linked_record
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import OutOfReach
from bandhu.interactions.actions import Person, log_interaction
from bandhu.interactions.models import Interaction
from bandhu.platform.custom_values import write_custom
from bandhu.platform.html_cleaning import formatted
from bandhu.platform.notifications import notify
from bandhu.platform.texts import clean_block
from bandhu.service.actions.changes import (
    KIND,
    clean_ticket,
    facts_of,
    locked_ticket,
    next_number,
    save_version,
    set_columns,
    tell,
    usual_status,
    write_ticket,
)
from bandhu.service.actions.clocks import settle_clocks
from bandhu.service.actions.work import finish_ticket_work, offer_ticket, queue_of
from bandhu.service.events import TicketChanged, TicketDeleted, TicketOpened, TicketRestored
from bandhu.service.models import Stage, StatusMove, Ticket, TicketNote, TicketType
from bandhu.service.queries import who_see
from bandhu.ui.addresses import record_address

MENTIONED = gettext_noop("%(name)s named you in a note: %(what)s")


@action("service.create_ticket", on_record=False)
def open_ticket(
    *,
    actor: User,
    title: str,
    contact: Any = None,
    person: dict[str, Any] | None = None,
    queue: Any = None,
    place: UUID | None = None,
    at: datetime | None = None,
    follow_up_of: Ticket | None = None,
    tags: Sequence[Any] = (),
    custom: dict[str, Any] | None = None,
    **columns: Any,
) -> Ticket:
    """Work for `contact`, or for the `person` described (full_name, mail, phone …), who is looked for first.

    It waits in `queue`, else in that of its type or of the `place` it came by. `columns` are any of COLUMNS. Raises
    ValidationError with the problems by field.
    """
    moment = at or timezone.now()
    given = {name: value for name, value in (person or {}).items() if value}
    if contact in (None, "") and given:
        contact = contact_behind(given, actor=actor, owner=None, team=actor.team)
    columns.setdefault("type", TicketType.objects.filter(is_active=True).order_by("position").first())
    wanted = {"title": title, "contact": contact, "tags": tags, "custom": custom or {}, **columns}
    cleaned = clean_ticket(wanted, actor=actor, is_new=True)
    ticket = Ticket(
        number=next_number(),
        created_at=moment,
        stage_since=moment,
        created_by=None if actor.is_system else actor,
        status=usual_status(Stage.NEW),
        team=actor.team,
        follow_up_of=follow_up_of,
        last_customer_at=moment,
        waiting_since=moment,
    )
    changes = set_columns(ticket, cleaned.columns)
    if ticket.contact is not None:
        ticket.company = ticket.company or ticket.contact.company
        ticket.language = ticket.language or ticket.contact.language
    changes |= write_custom(ticket, cleaned.custom or {}, kind=KIND)
    waits_in = queue or queue_of(ticket, place)
    ticket.queue_id = waits_in.pk if waits_in else None
    ticket.save(force_insert=True)
    if cleaned.tags:
        write_tags(ticket, cleaned.tags)  # type: ignore[arg-type]
    StatusMove.objects.create(
        ticket=ticket, at=moment, actor=ticket.created_by, to_stage=Stage.NEW, to_status=ticket.status
    )
    offer_ticket(ticket, waits_in)
    ticket.refresh_from_db()
    _put_on_timeline(ticket, actor)
    opened = TicketOpened(**facts_of(ticket), channel=ticket.channel, type=ticket.type.name)
    written = {name: pair for name, pair in changes.items() if pair[1] not in (None, "")}
    tell(ticket, "created", opened, actor=actor, changes=written)
    settle_clocks(ticket)
    return ticket


def _put_on_timeline(ticket: Ticket, actor: User) -> None:
    customer = ticket.contact or ticket.company
    if customer is None:
        return
    log_interaction(
        customer,
        actor=system_user(),
        kind="ticket_opened",
        direction=Interaction.Direction.IN,
        occurred_at=ticket.created_at,
        subject=str(ticket),
        body=ticket.description,
        people=() if actor.is_system else [Person(user=actor)],
        details={"ticket_id": str(ticket.pk)},
        source="service",
        external_id=str(ticket.pk),
        touches=False,
    )


@action("service.change_ticket")
def change_ticket(ticket: Ticket, *, actor: User, version: int | None = None, **changes: Any) -> Ticket:
    """Change any of COLUMNS, `tags` (names) and `custom` (by key); clocks are counted anew.

    With `version`, somebody else's change in between raises EditConflict and nothing is written. Raises ValidationError by
    field. Returns the ticket as stored.
    """
    fresh = locked_ticket(ticket)
    cleaned = clean_ticket(changes, actor=actor)
    if version is not None and version != fresh.version:
        raise conflict_with(fresh, version, cleaned)
    if written := write_ticket(fresh, cleaned):
        event = TicketChanged(**facts_of(fresh), version=fresh.version, fields=sorted(written))
        tell(fresh, "changed", event, actor=actor, changes=written)
        settle_clocks(fresh)
    return fresh


@action("service.change_ticket")
def watch_ticket(ticket: Ticket, *, actor: User, user: Any = None, watch: bool = True) -> Ticket:
    """The actor, or `user` (id or record), is told of what happens to it, or no longer."""
    fresh = locked_ticket(ticket)
    who = linked_record("owner", user or actor, actor)
    if fresh.watchers.filter(pk=who.pk).exists() == watch:
        return fresh
    (fresh.watchers.add if watch else fresh.watchers.remove)(who)
    save_version(fresh)
    pair = (None, str(who)) if watch else (str(who), None)
    tell(fresh, "changed", actor=actor, changes={"watchers": pair})
    return fresh


@action("service.change_ticket")
def note_on_ticket(
    ticket: Ticket, *, actor: User, text: str, html: str = "", mentioned: Iterable[User] = ()
) -> TicketNote:
    """What colleagues should know, formatted where `html` is given. Raises ValidationError where nothing is said.

    Those `mentioned` are told, as far as they see the ticket.
    """
    fresh = locked_ticket(ticket)
    words = clean_block(text, 20_000)
    if not words:
        raise ValidationError({"text": _("Write something first.")})
    note = TicketNote.objects.create(
        ticket=fresh,
        text=words,
        html=formatted(html) if html else "",
        author=None if actor.is_system else actor,
    )
    tell(fresh, "noted", actor=actor)
    for one in who_see(fresh, mentioned):
        if one.pk != actor.pk:
            notify(
                one, MENTIONED, url=record_address("service:ticket", fresh.pk), icon="at-sign", name=str(actor), what=str(fresh)[:120]
            )  # fmt: skip
    return note


@action("service.delete_ticket")
def delete_ticket(ticket: Ticket, *, actor: User) -> Ticket:
    """Into the bin, whole, until restored. Repeating it changes nothing."""
    finish_ticket_work(ticket, actor=actor)
    return _binned(ticket, actor, is_gone=True)


@action("service.delete_ticket")
def restore_ticket(ticket: Ticket, *, actor: User) -> Ticket:
    """Back from the bin as it was."""
    fresh = _binned(ticket, actor, is_gone=False)
    if fresh.is_open:
        offer_ticket(fresh, queue_of(fresh))
    return fresh


def _binned(ticket: Ticket, actor: User, *, is_gone: bool) -> Ticket:
    fresh = Ticket.objects.select_for_update().filter(pk=ticket.pk).first()
    if fresh is None:
        raise OutOfReach
    if (fresh.deleted_at is not None) == is_gone:
        return fresh
    before, fresh.deleted_at = fresh.deleted_at, timezone.now() if is_gone else None
    save_version(fresh)
    verb, event = ("deleted", TicketDeleted) if is_gone else ("restored", TicketRestored)
    tell(
        fresh, verb, event(**facts_of(fresh)), actor=actor, changes={"deleted_at": (before, fresh.deleted_at)}
    )
    return fresh
