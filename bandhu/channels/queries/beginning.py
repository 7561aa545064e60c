"""Whom we may write to first, by which channel, and what was said with them there before."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from bandhu.channels.adapters import ADAPTERS
from bandhu.channels.adapters.segments import Parts, cost_of, parts_of
from bandhu.channels.models import Channel
from bandhu.customers.models import Contact, Phone
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.interactions.models import Conversation, ConversationState

ANSWER = "interactions.answer_conversation"


def channels_to_begin(user: User) -> list[Channel]:
    """Those by which somebody may be written to first: the house's, and those of teams in the user's reach. Paused ones too."""
    if not user.holds(ANSWER):
        return []
    kinds = [one.kind for one in ADAPTERS.values() if one.can.begins]
    near = Q(team=None) | Q(pk__in=Channel.objects.visible_to(user, ANSWER).values("pk"))
    return list(Channel.objects.filter(near, kind__in=kinds, deleted_at=None).order_by("name", "pk"))


def channel_to_begin(user: User, pk: UUID | str) -> Channel:
    """One of them. Raises OutOfReach."""
    found = next((one for one in channels_to_begin(user) if str(one.pk) == str(pk)), None)
    if found is None:
        raise OutOfReach
    return found


def numbers_of(contact: Contact) -> list[Phone]:
    """The contact's numbers a channel can be given, the first one first; what could not be read as a number is none."""
    rows = contact.phones.filter(number__startswith="+").order_by("-is_primary", "pk")
    return list(rows)


def last_talk_with(channel: Channel, number: str) -> Conversation | None:
    """The latest conversation with this number by this channel, whatever its state and whoever may see it."""
    rows = Conversation.objects.filter(place=channel.pk, person_key=number[:254])
    return rows.select_related("contact", "company").order_by("-last_message_at", "-pk").first()


def open_talk_with(channel: Channel, number: str) -> Conversation | None:
    """The one that goes on with this number: what is written now belongs there."""
    last = last_talk_with(channel, number)
    return last if last is not None and last.is_open else None


def is_spam(channel: Channel, number: str) -> bool:
    """Whether somebody said that what comes from this number here is not wanted."""
    last = last_talk_with(channel, number)
    return last is not None and last.state == ConversationState.SPAM


def may_continue(user: User, conversation: Conversation) -> bool:
    """Whether the user may write in it."""
    return Conversation.objects.visible_to(user, ANSWER).filter(pk=conversation.pk).exists()


@dataclass(frozen=True)
class Weight:
    """What a text message comes to: its parts, how many characters still fit the last one, and the cost, "" where no price is known."""

    parts: Parts
    cost: str


def weight_of(channel: Channel, text: str) -> Weight | None:
    """Of a text that goes out by this channel; None where nobody counts parts."""
    if ADAPTERS[channel.kind].channel != "sms":
        return None
    return Weight(parts_of(text), cost_of(text, str(channel.settings.get("price") or "")))


def weight_of_place(place: UUID | None, text: str) -> Weight | None:
    """The same for an answer in a conversation of this place."""
    channel = Channel.objects.filter(pk__in=[place], kind__in=list(ADAPTERS)).first()
    return weight_of(channel, text) if channel is not None else None
