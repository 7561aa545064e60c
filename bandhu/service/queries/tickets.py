"""Reading tickets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bandhu.contact_center.models import Queue
from bandhu.customers.models import Company, Contact
from bandhu.customers.queries.contacts import as_uuid
from bandhu.identity.masking import may_see, seen
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.inbox.channel_words import Channel, channel_named
from bandhu.inbox.merging import language_of
from bandhu.inbox.models import Draft
from bandhu.inbox.queries import add_files, own_replies
from bandhu.interactions.models import Conversation, Interaction, Message, MessageKind
from bandhu.platform.custom_fields import definitions
from bandhu.platform.models import CustomField
from bandhu.service.models import (
    UNFINISHED,
    Clock,
    Joining,
    LinkKind,
    Ticket,
    TicketConversation,
    TicketLink,
    TicketNote,
    TicketStatus,
    TicketType,
)

# A link read from its other end.
_REVERSED: dict[str, Any] = {
    LinkKind.RELATED: _("Related to"),
    LinkKind.DUPLICATE: _("Has the duplicate"),
    LinkKind.BLOCKS: _("Blocked by"),
    LinkKind.PARENT: _("Part of"),
    LinkKind.PROBLEM: _("Caused by"),
}
VIEW, CHANGE = "service.view_ticket", "service.change_ticket"
SAID_SHOWN = 200


def tickets(user: Any, permission: str = VIEW) -> ScopedQuerySet:
    """Every ticket the user may see (or may do `permission` to), without those in the bin. Order them yourself."""
    return Ticket.objects.visible_to(user, permission)


def ticket_for(user: Any, ticket_id: UUID | str, permission: str = VIEW, *, deleted: bool = False) -> Ticket:
    """The ticket with all it points to; raises OutOfReach (404)."""
    rows = Ticket.objects.visible_to(user, permission, deleted=deleted)
    rows = rows.select_related(
        "contact", "company", "owner", "team", "type", "status", "merged_into", "follow_up_of"
    )
    found = rows.filter(pk=as_uuid(ticket_id)).first()
    if found is None:
        raise OutOfReach
    return found


def tickets_of(user: Any, customer: Contact | Company) -> ScopedQuerySet:
    """Of a contact, or of a company and its people; open ones and new ones first."""
    rows = tickets(user).filter(merged_into__isnull=True)
    own = rows.filter(contact=customer) if isinstance(customer, Contact) else rows.filter(company=customer)
    return own.select_related("owner", "status", "type").order_by("-number")


def tickets_named(user: Any, text: str, limit: int = 10) -> list[Ticket]:
    """By number ("T-1042", "1042") or words of the title; the newest first."""
    digits = text.strip().upper().removeprefix("T-")
    found = Q(title__icontains=text.strip())
    if digits.isascii() and digits.isdigit() and len(digits) < 15:
        found |= Q(number=int(digits))
    return list(tickets(user).filter(found).order_by("-number")[:limit])


def with_customers(user: Any, rows: list[Ticket]) -> list[tuple[Ticket, str]]:
    """Each ticket with the name of its customer; empty for one out of the user's reach."""
    known = _customers_seen(user, rows)
    named = [(one, one.contact_id or one.company_id) for one in rows]
    return [(one, str(known[pk]) if pk in known else "") for one, pk in named]


def customer_named(user: Any, ticket: Ticket) -> str:
    """The name of its customer; empty where it has none, or the user may not see them."""
    return with_customers(user, [ticket])[0][1]


def are_of_two_customers(first: Ticket, second: Ticket) -> bool:
    """Whether both have a customer, and not the same."""
    pair = [one.contact_id or one.company_id for one in (first, second)]
    return None not in pair and pair[0] != pair[1]


def deleted_tickets(user: Any) -> ScopedQuerySet:
    """The bin, newest first; needs the right to delete."""
    rows = Ticket.objects.visible_to(user, "service.delete_ticket", deleted=True)
    return rows.filter(deleted_at__isnull=False).order_by("-deleted_at", "-pk")


def open_tickets_of_user(user: Any) -> ScopedQuerySet:
    """What is on somebody's desk."""
    return tickets(user).filter(owner=user, stage__in=UNFINISHED)


def ticket_of_conversation(user: Any, conversation: Conversation) -> Ticket | None:
    """The ticket an exchange belongs to, where the user may see it."""
    return tickets(user).filter(threads__conversation=conversation).select_related("status", "owner").first()


def ticket_id_of(conversation_id: UUID) -> UUID | None:
    """The ticket a conversation belongs to, whoever may see it."""
    rows = TicketConversation.objects.filter(conversation=conversation_id)
    return rows.values_list("ticket", flat=True).first()


def asked_of_customers(kind: TicketType | None) -> list[CustomField]:
    """The own fields that a customer fills in for such a request; files are enclosed with the message instead."""
    wanted = kind.portal_fields if kind else []
    known = {one.key: one for one in definitions("ticket") if one.type != "file"}
    return [known[key] for key in wanted if key in known]


def types(_user: Any, *, with_inactive: bool = False) -> list[TicketType]:
    """The administrator's types, in order."""
    rows = TicketType.objects.all()
    return list(rows if with_inactive else rows.filter(is_active=True))


def statuses(_user: Any, *, with_inactive: bool = False) -> list[TicketStatus]:
    """The administrator's statuses, in order."""
    rows = TicketStatus.objects.all()
    return list(rows if with_inactive else rows.filter(is_active=True))


@dataclass(frozen=True)
class Linked:
    """Another ticket and how this one stands to it, seen from this one's side."""

    link: TicketLink
    ticket: Ticket
    is_from_here: bool

    @property
    def label(self) -> Any:
        return self.link.get_kind_display() if self.is_from_here else _REVERSED[self.link.kind]


@dataclass(frozen=True)
class Thread:
    """An exchange of the ticket with what was said in it, oldest first; each message has `files` and `who` wrote it.

    `customer` is whom an answer goes to; empty where the reader may not see them, or nobody knows. `draft` is what the reader
    was writing to them.
    """

    conversation: Conversation
    messages: list[Message]
    customer: str = ""
    draft: Draft | None = None

    @property
    def channel(self) -> Channel:
        """How it is called, and whether what is said there may be formatted."""
        return channel_named(self.conversation.channel)

    @property
    def hides_person(self) -> bool:
        """Whether the reader may not know whom it is with, so not their addresses either."""
        return not self.customer

    @property
    def said_in(self) -> str:
        """The language an answer is written in."""
        return language_of(self.conversation)

    @property
    def place(self) -> str:
        """What ends the ids of its part of the page."""
        return f"-{self.conversation.pk}"


@dataclass
class TicketCard:
    """Everything the page of a ticket shows. Customers, tickets and conversations out of reach are left out."""

    record: Ticket
    contact: Contact | None
    company: Company | None
    queue: Queue | None
    may_change: bool
    may_delete: bool
    is_watched: bool
    may_write_article: bool = False
    tags: list[Any] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    watchers: list[Any] = field(default_factory=list)
    links: list[Linked] = field(default_factory=list)
    joinings: list[Joining] = field(default_factory=list)
    split: Joining | None = None


def ticket_card(user: Any, ticket_id: UUID | str) -> TicketCard:
    """The page of a ticket. Raises OutOfReach (404)."""
    found = ticket_for(user, ticket_id)
    watchers = list(found.watchers.all())
    joinings = Joining.objects.filter(Q(source=found) | Q(target=found), undone_at__isnull=True)
    reachable = [one for one in joinings.select_related("source", "target", "actor") if _both_seen(user, one)]
    return TicketCard(
        record=found,
        contact=seen(user, found.contact, "customers.view_contact"),
        company=seen(user, found.company, "customers.view_company"),
        queue=Queue.objects.filter(pk=found.queue_id).first() if found.queue_id else None,
        may_change=may_see(user, CHANGE, found),
        may_delete=may_see(user, "service.delete_ticket", found),
        may_write_article=user.holds("knowledge.write_article"),
        is_watched=any(one.pk == user.pk for one in watchers),
        tags=list(found.tags.all()),
        clocks=list(Clock.objects.filter(ticket=found).select_related("level", "calendar")),
        watchers=watchers,
        links=links_of(user, found),
        joinings=[one for one in reachable if one.kind == Joining.Kind.MERGE],
        split=next(
            (one for one in reachable if one.kind == Joining.Kind.SPLIT and one.target_id == found.pk), None
        ),
    )


def links_of(user: Any, ticket: Ticket) -> list[Linked]:
    """To and from other tickets within reach."""
    rows = TicketLink.objects.filter(Q(first=ticket) | Q(second=ticket))
    found = []
    for link in rows.select_related("first__status", "second__status"):
        other = link.second if link.first_id == ticket.pk else link.first
        if seen(user, other, VIEW) is not None:
            found.append(Linked(link, other, link.first_id == ticket.pk))
    return found


def threads_of(user: Any, ticket: Ticket) -> list[Thread]:
    """The exchanges of a ticket the user may see. Who sees a ticket reads what was said in it; names of customers out of reach are left out."""
    rows = list(
        TicketConversation.objects.filter(ticket=ticket).select_related(
            "conversation__assignee", "conversation__contact"
        )
    )
    known = _customers_seen(user, [one.conversation for one in rows])
    drafts = own_replies(user, [one.conversation_id for one in rows])
    found = []
    for one in rows:
        said = Message.objects.filter(conversation=one.conversation).exclude(kind=MessageKind.EVENT)
        newest = list(said.select_related("author").order_by("-pk")[:SAID_SHOWN])
        thread = Thread(
            one.conversation,
            newest[::-1],
            customer=_customer_of(one.conversation, known),
            draft=drafts.get(one.conversation_id),
        )
        _name_writers(thread, known)
        found.append(thread)
    add_files([message for thread in found for message in thread.messages])
    return found


def _customers_seen(user: Any, records: list[Conversation] | list[Ticket]) -> dict[UUID, Contact | Company]:
    """Contacts and companies of these records, as far as the user may see them."""
    known: dict[UUID, Contact | Company] = {}
    for name, model in (("contact", Contact), ("company", Company)):
        wanted = {pk for one in records if (pk := getattr(one, f"{name}_id"))}
        if wanted:
            rows = model.objects.visible_to(user, f"customers.view_{name}").filter(pk__in=wanted)
            known |= {one.pk: one for one in rows}
    return known


def _customer_of(conversation: Conversation, known: dict[UUID, Contact | Company]) -> str:
    """With whom it is: the customer it is filed with, else what the channel knows; nothing of one out of reach."""
    if filed := conversation.contact_id or conversation.company_id:
        return str(known.get(filed, ""))
    return conversation.person_words


def _name_writers(thread: Thread, known: dict[UUID, Contact | Company]) -> None:
    """Who wrote each message: never the ticket's contact in their stead, and nobody the reader may not see."""
    contact = thread.conversation.contact_id
    is_hidden = contact is not None and contact not in known
    for message in thread.messages:
        is_theirs = message.direction == Interaction.Direction.IN
        name = "" if is_theirs and is_hidden else message.author_name
        message.who = name or (thread.customer if is_theirs else "")  # type: ignore[attr-defined]


def conversations_of(ticket: Ticket) -> list[Conversation]:
    """What was said about a ticket that was found within reach, in the order it was taken in."""
    rows = TicketConversation.objects.filter(ticket=ticket).select_related("conversation")
    return [one.conversation for one in rows]


def has_conversation(ticket: Ticket) -> bool:
    """Whether anything was said about a ticket that was found within reach."""
    return TicketConversation.objects.filter(ticket=ticket).exists()


def clocks_of(ticket: Ticket) -> list[Clock]:
    """What was promised for a ticket that was found within reach, the oldest first."""
    return list(Clock.objects.filter(ticket=ticket))


def who_see(ticket: Ticket, people: Iterable[User]) -> list[User]:
    """Those of `people` who may read the ticket."""
    return [one for one in people if Ticket.objects.visible_to(one, VIEW).filter(pk=ticket.pk).exists()]


def notes_of(ticket: Ticket) -> list[TicketNote]:
    """What colleagues said about a ticket that was found within reach, oldest first."""
    return list(TicketNote.objects.filter(ticket=ticket).select_related("author"))


def _both_seen(user: Any, joining: Joining) -> bool:
    return all(seen(user, one, VIEW) is not None for one in (joining.source, joining.target))
