"""What somebody chooses among who writes to a contact first: channel, number, template; and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bandhu.channels import queries as channels
from bandhu.channels.connections import adapter_of
from bandhu.channels.models import ApprovedTemplate, Channel
from bandhu.customers.models import Contact, Phone
from bandhu.customers.queries import phone_line
from bandhu.customers.queries.cards import PhoneLine
from bandhu.identity.models import User
from bandhu.interactions.models import Conversation


@dataclass
class Beginning:
    """What is chosen so far. `talk` is the open conversation with the number, where the reader may write in it; `needs_template`: free text
    is not carried now."""

    contact: Contact
    channels: list[Channel]
    phones: list[Phone]
    numbers: list[PhoneLine]
    channel: Channel | None = None
    phone: Phone | None = None
    talk: Conversation | None = None
    needs_template: bool = False
    templates: list[ApprovedTemplate] = field(default_factory=list)
    template: ApprovedTemplate | None = None


def beginning_for(user: User, contact: Contact, chosen: Mapping[str, Any]) -> Beginning:
    """What may be chosen, with what `chosen` names of it (`channel`, `number`, `template`: ids), else what comes first."""
    phones = channels.numbers_of(contact)
    found = Beginning(
        contact, channels.channels_to_begin(user), phones, [phone_line(user, contact, one) for one in phones]
    )
    usable = [one for one in found.channels if not one.is_paused]
    preferred = [one for one in usable if adapter_of(one).channel == contact.preferred_channel]
    found.channel = _named(found.channels, chosen.get("channel")) or next(iter(preferred + usable), None)
    found.phone = _named(phones, chosen.get("number")) or next(iter(phones), None)
    if found.channel is None or found.phone is None:
        return found
    last = channels.last_talk_with(found.channel, found.phone.number)
    if last is not None and last.is_open and channels.may_continue(user, last):
        found.talk = last
    _look_for_templates(found, last, chosen)
    return found


def _look_for_templates(found: Beginning, last: Conversation | None, chosen: Mapping[str, Any]) -> None:
    assert found.channel is not None
    can = channels.capabilities_of(found.channel.pk)
    if can is None or not can.has_templates:
        return
    found.needs_template = last is None or channels.is_too_late(last, can)
    language = found.contact.language or found.channel.language
    found.templates = channels.sendable_templates(found.channel.pk, language)
    found.template = _named(found.templates, chosen.get("template"))
    if found.template is None and found.needs_template:
        found.template = next(iter(found.templates), None)


def _named(rows: list[Any], pk: UUID | str | None) -> Any:
    return next((one for one in rows if str(one.pk) == str(pk or "")), None)
