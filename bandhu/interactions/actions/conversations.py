"""Conversations: begun, filed with a customer, closed, put off; each change counts the version up.

Who has a conversation is decided by the contact center; `mirror_assignee` writes down what it decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from bandhu.customers.models import Company, Contact
from bandhu.identity.acting import action
from bandhu.identity.models import Team, User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions.going_along import take_along
from bandhu.interactions.actions.waiting import waiting_since
from bandhu.interactions.events import (
    ConversationClosed,
    ConversationFiled,
    ConversationReopened,
    ConversationSnoozed,
    ConversationStarted,
    ConversationWoken,
)
from bandhu.interactions.models import (
    Conversation,
    ConversationState,
    Interaction,
    Message,
    MessageKind,
    MessageState,
)
from bandhu.interactions.recognition import settled
from bandhu.platform.audit import record_change
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.events import publish
from bandhu.platform.ids import new_id
from bandhu.platform.live import hint
from bandhu.platform.texts import clean_line

# The topic of every open inbox: a hint names a kind and an id.
EVERY_INBOX = f"inbox:{UUID(int=0)}"
# What a change of state is called among the messages.
_HAPPENED = {
    ConversationState.OPEN: "reopened",
    ConversationState.SNOOZED: "snoozed",
    ConversationState.CLOSED: "closed",
    ConversationState.SPAM: "spam",
}
WOKEN_AT_ONCE = 500


@dataclass(frozen=True)
class Correspondent:
    """The other side as the channel knows them. `key` is what two addresses are compared by; the address itself where empty."""

    name: str = ""
    address: str = ""
    key: str = ""


@action("interactions.answer_conversation", on_record=False)
def start_conversation(
    *,
    actor: User,
    channel: str,
    place: UUID | None = None,
    customer: Contact | Company | None = None,
    person: Correspondent | None = None,
    external_id: str = "",
    subject: str = "",
    language: str = "",
    team: Team | None = None,
    at: datetime | None = None,
    details: dict[str, Any] | None = None,
) -> Conversation:
    """Begin a conversation; with `external_id` a second call for the same `place` gives back the first one's.

    `at` is an aware moment, now by default. `customer` may be told later: see `file_conversation`.
    """
    if external_id and (known := _known(place, external_id)):
        return known
    conversation = conversation_row(
        channel=channel,
        place=place,
        customer=customer,
        person=person,
        external_id=external_id,
        subject=subject,
        language=language,
        team=team,
        at=at,
        details=details,
    )
    conversation.save(force_insert=True)
    publish(started_event(conversation), actor=actor)
    tell(conversation)
    return conversation


def conversation_row(
    *,
    channel: str,
    place: UUID | None = None,
    customer: Contact | Company | None = None,
    person: Correspondent | None = None,
    external_id: str = "",
    subject: str = "",
    language: str = "",
    team: Team | None = None,
    at: datetime | None = None,
    details: dict[str, Any] | None = None,
) -> Conversation:
    """A conversation as it begins, unsaved. Arguments as of `start_conversation`."""
    moment = at or timezone.now()
    person = person or Correspondent()
    contact = customer if isinstance(customer, Contact) else None
    return Conversation(
        id=new_id(moment),
        channel=channel,
        place=place,
        contact=contact,
        company=customer if isinstance(customer, Company) else (contact.company if contact else None),
        person_name=clean_line(person.name, 200),
        person_address=clean_line(person.address, 254),
        person_key=clean_line(person.key or person.address, 254),
        external_id=external_id[:250],
        subject=clean_line(subject, 300),
        language=language or (contact.language if contact else ""),
        team=team,
        last_message_at=moment,
        active_at=moment,
        created_at=moment,
        details=details or {},
    )


def started_event(conversation: Conversation) -> ConversationStarted:
    return ConversationStarted(**facts_of(conversation), language=conversation.language)


@action("interactions.change_conversation")
def close_conversation(
    conversation: Conversation,
    *,
    actor: User,
    as_spam: bool = False,
    version: int | None = None,
    because: Mapping[str, str] | None = None,
) -> Conversation:
    """Nothing more is to be done, or nothing ever was. Closing what is closed changes nothing.

    `because` stands in the line among the messages that tells of it: a `ticket` it was closed with.
    """
    conversation = locked(conversation, version)
    state = ConversationState.SPAM if as_spam else ConversationState.CLOSED
    if conversation.state == state:
        return conversation
    change_row(
        conversation,
        actor,
        because,
        state=state,
        closed_at=timezone.now(),
        snoozed_until=None,
        waiting_since=None,
    )
    publish(ConversationClosed(**facts_of(conversation), state=state), actor=actor)
    return conversation


@action("interactions.change_conversation")
def reopen_conversation(
    conversation: Conversation,
    *,
    actor: User,
    version: int | None = None,
    because: Mapping[str, str] | None = None,
) -> Conversation:
    """Open again what was closed, put off, or taken for spam. `because` as of `close_conversation`."""
    conversation = locked(conversation, version)
    if conversation.state != ConversationState.OPEN:
        conversation.waiting_since = waiting_since(conversation)
        conversation.save(update_fields=["waiting_since"])
        reopen(conversation, actor, because)
    return conversation


@action("interactions.change_conversation")
def snooze_conversation(
    conversation: Conversation, *, actor: User, until: datetime, version: int | None = None
) -> Conversation:
    """Out of sight until then, or until the customer writes."""
    conversation = locked(conversation, version)
    change_row(conversation, actor, state=ConversationState.SNOOZED, snoozed_until=until, closed_at=None)
    publish(ConversationSnoozed(**facts_of(conversation), until=until.isoformat()), actor=actor)
    return conversation


@action("interactions.change_conversation")
def change_conversation(
    conversation: Conversation, *, actor: User, changes: dict[str, Any], version: int | None = None
) -> Conversation:
    """Its subject, language or labels."""
    conversation = locked(conversation, version)
    allowed = {name: changes[name] for name in ("subject", "language", "labels") if name in changes}
    change_row(conversation, actor, **allowed)
    return conversation


@action("interactions.change_conversation")
def file_conversation(
    conversation: Conversation,
    *,
    actor: User,
    customer: Contact | Company | None,
    version: int | None = None,
) -> Conversation:
    """Say whom it is with, or (None) that nobody knows; what stands on the timeline of somebody else goes along.

    An entry always belongs to somebody: with nobody to belong to it is taken off, and comes back when it has.
    """
    conversation = locked(conversation, version)
    had_nobody = not (conversation.contact_id or conversation.company_id)
    contact = customer if isinstance(customer, Contact) else None
    company = contact.company if contact else customer
    # By which rule it was settled says nothing about what is said now; what a person says is remembered for the next time.
    conversation.details.pop("settled", None)
    if customer is not None and not actor.is_system:
        conversation.details |= settled("hand", by_hand_at=timezone.now().isoformat())
    conversation.save(update_fields=["details"])
    change_row(conversation, actor, contact=contact, company=company)
    entries = Message.objects.filter(conversation=conversation, interaction__isnull=False)
    told = [*entries.values_list("interaction_id", flat=True), conversation.interaction_id]
    rows = Interaction.objects.filter(pk__in=[pk for pk in told if pk])
    if customer is None:
        rows.update(deleted_at=timezone.now())
    else:
        rows.update(contact=contact, company=company, **({"deleted_at": None} if had_nobody else {}))
    publish(ConversationFiled(**facts_of(conversation)), actor=actor)
    take_along(conversation, actor=actor)
    return conversation


def wake_conversations() -> int:
    """Back on top of the inbox: those whose time has come. Returns how many; what is left waits for the next call."""
    with transaction.atomic():
        due = Conversation.objects.select_for_update(skip_locked=True).filter(
            state=ConversationState.SNOOZED, snoozed_until__lte=timezone.now()
        )
        woken = list(due.order_by("snoozed_until")[:WOKEN_AT_ONCE])
        for conversation in woken:
            change_row(
                conversation,
                system_user(),
                state=ConversationState.OPEN,
                snoozed_until=None,
                active_at=timezone.now(),
            )
            publish(ConversationWoken(**facts_of(conversation)), actor=system_user())
    return len(woken)


def mirror_assignee(
    conversation_id: UUID, assignee: User | None, *, actor: User, team: Team | None = None
) -> None:
    """Write down who has it. Called by the contact center alone, inside its compare-and-set: never a decision of its own."""
    conversation = Conversation.objects.select_for_update().filter(pk=conversation_id).first()
    if conversation is not None:
        also = {"team": team} if team is not None else {}
        change_row(conversation, actor, assignee=assignee, **also)
        take_along(conversation, actor=actor)


def locked(conversation: Conversation, version: int | None = None) -> Conversation:
    """The row as it is now, held until the transaction ends. Raises EditConflict where `version` is an older one."""
    found = Conversation.objects.select_for_update(of=("self",)).select_related("contact", "company")
    conversation = found.get(pk=conversation.pk)
    if version is not None and version != conversation.version:
        raise EditConflict(conversation.version, base={}, theirs={}, yours={})
    return conversation


def locked_several(pks: Iterable[UUID]) -> dict[UUID, Conversation]:
    """Rows as they are now, held until the transaction ends; locked in the order of their ids."""
    found = Conversation.objects.select_for_update(of=("self",)).select_related("contact__company", "company")
    return {one.pk: one for one in found.filter(pk__in=set(pks)).order_by("pk")}


def reopen(conversation: Conversation, actor: User, because: Mapping[str, str] | None = None) -> None:
    """Of a locked row: open again, told to whoever hands out work."""
    was_asleep = conversation.state == ConversationState.SNOOZED
    change_row(conversation, actor, because, state=ConversationState.OPEN, closed_at=None, snoozed_until=None)
    if was_asleep:
        publish(ConversationWoken(**facts_of(conversation)), actor=actor)
    else:
        publish(ConversationReopened(**facts_of(conversation)), actor=actor)


def facts_of(conversation: Conversation) -> dict[str, Any]:
    """What every event about it says."""
    return {
        "conversation_id": str(conversation.pk),
        "contact_id": _text(conversation.contact_id),
        "company_id": _text(conversation.company_id),
        "channel": conversation.channel,
        "place": _text(conversation.place),
    }


def tell(conversation: Conversation) -> None:
    """Open pages: the conversation's own, the customer's, and every inbox."""
    topics = [f"conversation:{conversation.pk}", EVERY_INBOX]
    if conversation.contact_id:
        topics.append(f"contact:{conversation.contact_id}")
    hint(*topics)


def change_row(
    conversation: Conversation, actor: User, because: Mapping[str, str] | None = None, /, **values: Any
) -> None:
    """Of a locked row: write these columns, count the version up, tell the trail, the conversation itself and open pages."""
    before = {name: getattr(conversation, name) for name in values}
    for name, value in values.items():
        setattr(conversation, name, value)
    conversation.version += 1  # nobody else writes a locked row
    conversation.save(update_fields=[*values, "version"])
    _tell_what_happened(conversation, actor, before, because or {})
    record_change(
        "changed",
        actor=actor,
        kind="conversation",
        record_id=conversation.pk,
        title=conversation.subject or conversation.person_words,
        changes={
            name: (_plain(before[name]), _plain(value))
            for name, value in values.items()
            if before[name] != value
        },
    )
    tell(conversation)


def _tell_what_happened(
    conversation: Conversation, actor: User, before: dict[str, Any], because: Mapping[str, str]
) -> None:
    """A line among the messages, in whatever language it is read: opened, closed, put off, given to somebody."""
    facts: dict[str, Any] = {"by": "" if actor.is_system else str(actor), **because}
    if "state" in before and before["state"] != conversation.state:
        woke = (before["state"], conversation.state) == (ConversationState.SNOOZED, ConversationState.OPEN)
        facts |= {"event": "woken" if woke else _HAPPENED[ConversationState(conversation.state)]}
        if conversation.snoozed_until:
            facts["until"] = conversation.snoozed_until.isoformat()
    elif "assignee" in before and before["assignee"] != conversation.assignee:
        facts |= {
            "event": "assigned" if conversation.assignee else "returned",
            "to": str(conversation.assignee or ""),
        }
    else:
        return
    now = timezone.now()
    Message.objects.create(
        id=new_id(now),
        conversation=conversation,
        kind=MessageKind.EVENT,
        direction=Interaction.Direction.NONE,
        state=MessageState.INTERNAL,
        at=now,
        author=None if actor.is_system else actor,
        author_name=str(actor),
        details=facts,
    )


def _known(place: UUID | None, external_id: str) -> Conversation | None:
    """What was begun for this id already; a lock makes simultaneous callers wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 12))", [f"{place}\n{external_id[:250]}"]
        )
    return Conversation.objects.filter(place=place, external_id=external_id[:250]).first()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | list) else str(value)


def _text(value: Any) -> str | None:
    return str(value) if value else None
