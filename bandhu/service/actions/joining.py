"""Merging a ticket into another and splitting messages off into a new one; both are undone exactly.

Whoever joins two tickets holds both, in the order of their ids: of A into B and B into A at once, one is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.contact_center.actions import assign_work
from bandhu.contact_center.queries import work_of
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require
from bandhu.interactions.actions import change_conversation, join_again, split_conversation
from bandhu.interactions.models import Conversation, Message
from bandhu.service.actions.changes import (
    KIND,
    facts_of,
    locked_ticket,
    save_version,
    set_status,
    tell,
    usual_status,
)
from bandhu.service.actions.clocks import settle_clocks
from bandhu.service.actions.sharing import share_with_owner
from bandhu.service.actions.tickets import open_ticket
from bandhu.service.actions.work import finish_ticket_work, offer_ticket, queue_of
from bandhu.service.events import TicketMerged, TicketSplit
from bandhu.service.models import (
    UNFINISHED,
    Clock,
    Joining,
    Stage,
    Ticket,
    TicketConversation,
    TicketLink,
    TicketNote,
    TicketStatus,
)

CHANGE = "service.change_ticket"
# Columns of the ticket that is merged away, put back as they were.
_KEPT = ("stage", "stage_since", "solved_at", "closed_at", "waiting_since", "reopened", "resolution")
_CLOCK_COLUMNS = (
    "state",
    "pauses",
    "paused_seconds",
    "due_at",
    "warn_at",
    "check_at",
    "breached_at",
    "ended_at",
    "spent",
)
_MOMENTS = {
    "stage_since",
    "solved_at",
    "closed_at",
    "waiting_since",
    "due_at",
    "warn_at",
    "check_at",
    "breached_at",
    "ended_at",
}


@action(CHANGE)
def merge_tickets(ticket: Ticket, *, actor: User, into: Ticket) -> Joining:
    """`ticket` goes into another, which keeps both threads, notes, links, tags and watchers. Raises ValidationError.

    Both customers keep their conversations: what they wrote stays where it was said.
    """
    require(actor, CHANGE, into)
    if ticket.pk == into.pk:
        raise ValidationError(_("A ticket cannot be merged into itself."))
    finish_ticket_work(ticket, actor=actor)
    held = {pk: locked_ticket(pk) for pk in sorted((ticket.pk, into.pk))}
    loser, winner = held[ticket.pk], held[into.pk]
    if loser.merged_into_id is not None or winner.merged_into_id is not None:
        raise ValidationError(_("One of these tickets was merged meanwhile. Look at it again."))
    notes = _picture(loser, winner) | _moved(loser, winner)
    joining = Joining.objects.create(
        kind=Joining.Kind.MERGE,
        source=loser,
        target=winner,
        notes=notes,
        actor=None if actor.is_system else actor,
    )
    now = timezone.now()
    set_status(loser, usual_status(Stage.CLOSED), actor=actor, at=now)
    loser.merged_into, loser.closed_at, loser.waiting_since = winner, now, None
    save_version(loser)
    settle_clocks(loser, now)
    _take_moments(winner, loser)
    save_version(winner)
    settle_clocks(winner, now)
    _tell_merge(loser, winner, actor, undone=False)
    share_with_owner(winner, actor=actor)
    return joining


@action(CHANGE)
def undo_merge(ticket: Ticket, *, actor: User) -> Ticket:
    """Take what was merged into another out again, exactly as it was. Raises ValidationError where it was merged into none."""
    joining = Joining.objects.filter(source=ticket, kind=Joining.Kind.MERGE, undone_at__isnull=True).first()
    if joining is None:
        raise ValidationError(_("This ticket was not merged."))
    _give_back(ticket, joining.notes)
    held = {pk: locked_ticket(pk) for pk in sorted((ticket.pk, joining.target_id))}
    loser, winner = held[ticket.pk], held[joining.target_id]
    if loser.merged_into_id != winner.pk:
        raise ValidationError(_("This ticket was not merged."))
    if winner.merged_into_id is not None:
        raise ValidationError(_("It went on into another ticket: undo that merge first."))
    notes, now = joining.notes, timezone.now()
    _put_back(loser, winner, notes)
    joining.undone_at = now
    joining.save(update_fields=["undone_at"])
    status = TicketStatus.objects.get(pk=notes["status"])
    set_status(loser, status, actor=actor, at=now)
    for name in _KEPT:
        setattr(loser, name, _read(name, notes["ticket"][name]))
    loser.merged_into = None
    save_version(loser)
    _restore_clocks(notes["clocks"])
    for name, value in notes["winner"].items():
        setattr(winner, name, _read_moment(value) if name.endswith(("_at", "since")) else value)
    save_version(winner)
    for one in (loser, winner):
        settle_clocks(one, now)
    _tell_merge(loser, winner, actor, undone=True)
    return loser


def _give_back(ticket: Ticket, notes: dict[str, Any]) -> None:
    """It is work again, for whoever had it. Before the tickets are held: agents are locked first."""
    if notes["ticket"]["stage"] not in UNFINISHED:
        return
    offer_ticket(ticket, queue_of(ticket))
    item = work_of(KIND, [ticket.pk]).get(ticket.pk)
    owner = User.objects.filter(pk=notes["owner"], is_active=True).first() if notes["owner"] else None
    if item is not None and owner is not None:
        assign_work(item, actor=system_user(), agent=owner)


@action(CHANGE)
def split_ticket(
    ticket: Ticket, *, actor: User, conversation: Conversation, messages: Sequence[UUID], title: str
) -> Joining:
    """Some messages of a conversation of the ticket become a ticket of their own, in a conversation of their own.

    Raises ValidationError by field; OutOfReach for what is not of this ticket.
    """
    fresh = locked_ticket(ticket)
    if not TicketConversation.objects.filter(ticket=fresh, conversation=conversation).exists():
        raise OutOfReach
    first = Message.objects.filter(conversation=conversation, pk__in=messages).order_by("pk").first()
    if first is None:
        raise ValidationError({"messages": _("Choose at least one message.")})
    apart = split_conversation(
        conversation,
        actor=actor,
        messages=list(messages),
        customer=conversation.contact or conversation.company,
    )
    change_conversation(apart, actor=actor, changes={"subject": title[:300]})
    new = open_ticket(
        actor=actor, title=title, description=first.text[:20_000], contact=fresh.contact, company=fresh.company,
        type=fresh.type, channel=fresh.channel, language=fresh.language, at=first.at, place=conversation.place,
    )  # fmt: skip
    TicketConversation.objects.create(ticket=new, conversation=apart)
    joining = Joining.objects.create(
        kind=Joining.Kind.SPLIT,
        source=fresh,
        target=new,
        notes={
            "from": str(conversation.pk),
            "to": str(apart.pk),
            "messages": [str(pk) for pk in messages],
        },
        actor=None if actor.is_system else actor,
    )
    save_version(fresh)
    split = TicketSplit(**facts_of(fresh), new_id=str(new.pk))
    tell(fresh, "split", split, actor=actor, changes={"split_off": (None, str(new))})
    return joining


@action(CHANGE)
def undo_split(ticket: Ticket, *, actor: User) -> Ticket:
    """The messages of a ticket that was split off go back to where they were; it is in the bin then. Raises ValidationError.

    Not once more was said in it, or it has work of its own behind it.
    """
    joining = Joining.objects.filter(target=ticket, kind=Joining.Kind.SPLIT, undone_at__isnull=True).first()
    if joining is None:
        raise ValidationError(_("This ticket was not split off."))
    finish_ticket_work(ticket, actor=actor)
    held = {pk: locked_ticket(pk) for pk in sorted((ticket.pk, joining.source_id))}
    new, source = held[ticket.pk], held[joining.source_id]
    notes = joining.notes
    said = {str(pk) for pk in Message.objects.filter(conversation=notes["to"]).values_list("pk", flat=True)}
    if said != set(notes["messages"]) or new.is_over or new.answers:
        raise ValidationError(_("More happened on this ticket since: merge it instead."))
    join_again(Conversation.objects.get(pk=notes["to"]), actor=actor)
    joining.undone_at = timezone.now()
    joining.save(update_fields=["undone_at"])
    new.deleted_at = joining.undone_at
    save_version(new)
    tell(new, "deleted", actor=actor, changes={"deleted_at": (None, new.deleted_at)})
    save_version(source)
    split = TicketSplit(**facts_of(source), new_id=str(new.pk), undone=True)
    tell(source, "split", split, actor=actor, changes={"split_off": (str(new), None)})
    return source


def _picture(loser: Ticket, winner: Ticket) -> dict[str, Any]:
    """Everything that is put back when the merge is undone."""
    running = Clock.objects.filter(ticket=loser, ended_at__isnull=True)
    return {
        "status": str(loser.status_id),
        "owner": str(loser.owner_id) if loser.owner_id else None,
        "ticket": {name: _written(getattr(loser, name)) for name in _KEPT},
        "winner": {name: _written(getattr(winner, name)) for name in ("waiting_since", "last_customer_at")},
        "clocks": [
            {"id": str(one.pk)} | {name: _written(getattr(one, name)) for name in _CLOCK_COLUMNS}
            for one in running
        ],
    }


def _moved(loser: Ticket, winner: Ticket) -> dict[str, Any]:
    """What hangs on the loser hangs on the winner from now on; says what went."""
    threads = [str(pk) for pk in TicketConversation.objects.filter(ticket=loser).values_list("pk", flat=True)]
    TicketConversation.objects.filter(pk__in=threads).update(ticket=winner)
    said = [str(pk) for pk in TicketNote.objects.filter(ticket=loser).values_list("pk", flat=True)]
    TicketNote.objects.filter(pk__in=said).update(ticket=winner)
    tags = set(loser.tags.values_list("pk", flat=True)) - set(winner.tags.values_list("pk", flat=True))
    winner.tags.add(*tags)  # type: ignore[arg-type]
    watchers = set(loser.watchers.values_list("pk", flat=True)) - set(
        winner.watchers.values_list("pk", flat=True)
    )
    winner.watchers.add(*watchers)
    links = []
    for end, other in (("first", "second"), ("second", "first")):
        for link in TicketLink.objects.filter(**{end: loser}).exclude(**{other: winner}):
            values = {end: winner, other: getattr(link, other), "kind": link.kind}
            if not TicketLink.objects.filter(**values).exists():
                setattr(link, end, winner)
                link.save(update_fields=[end])
                links.append([str(link.pk), end])
    return {
        "threads": threads,
        "notes": said,
        "tags": [str(pk) for pk in tags],
        "watchers": [str(pk) for pk in watchers],
        "links": links,
    }


def _put_back(loser: Ticket, winner: Ticket, notes: dict[str, Any]) -> None:
    TicketConversation.objects.filter(pk__in=notes["threads"], ticket=winner).update(ticket=loser)
    TicketNote.objects.filter(pk__in=notes["notes"], ticket=winner).update(ticket=loser)
    winner.tags.remove(*notes["tags"])
    winner.watchers.remove(*notes["watchers"])
    for pk, end in notes["links"]:
        TicketLink.objects.filter(pk=pk, **{end: winner}).update(**{end: loser})


def _restore_clocks(kept: list[dict[str, Any]]) -> None:
    for one in kept:
        values = {name: _read(name, one[name]) for name in _CLOCK_COLUMNS}
        Clock.objects.filter(pk=one["id"]).update(**values)


def _take_moments(winner: Ticket, loser: Ticket) -> None:
    """A customer who waits in what was merged waits in both."""
    kept = Joining.objects.filter(source=loser, kind=Joining.Kind.MERGE, undone_at__isnull=True).first()
    waiting = _read_moment(kept.notes["ticket"]["waiting_since"]) if kept else None
    if waiting is not None and winner.is_open and winner.last_answered_at is not None:
        winner.waiting_since = min(waiting, winner.waiting_since or waiting)
        winner.last_customer_at = max(waiting, winner.last_customer_at or waiting)


def _tell_merge(loser: Ticket, winner: Ticket, actor: User, *, undone: bool) -> None:
    told = TicketMerged(**facts_of(loser), into_id=str(winner.pk), undone=undone)
    pair = (str(winner), None) if undone else (None, str(winner))
    tell(loser, "unmerged" if undone else "merged", told, actor=actor, changes={"merged_into": pair})
    other = (str(loser), None) if undone else (None, str(loser))
    tell(winner, "changed", actor=actor, changes={"merged": other})


def _written(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read(name: str, value: Any) -> Any:
    return _read_moment(value) if name in _MOMENTS else value


def _read_moment(value: Any) -> Any:
    return datetime.fromisoformat(value) if value else None
