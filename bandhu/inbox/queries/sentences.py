"""What stands in a message, as it is read: what is new of it, what was quoted, what happened between messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from bandhu.channels.folding import folded
from bandhu.channels.sign_offs import NOBODY, Sender
from bandhu.interactions.models import Message
from bandhu.ui import formats


@dataclass(frozen=True)
class Body:
    """What is new, and what was quoted under it or signs it."""

    text: str
    quoted: str = ""


def body_of(message: Message) -> Body:
    """The text of a message, apart from what it repeats of earlier ones and from the signature of a mail."""
    mail_id = message.details.get("mail_id")
    # Who chats signs nothing.
    parts = folded(text=message.text, sender=Sender(message.author_name) if mail_id else NOBODY)
    return Body(parts.visible, parts.hidden)


def happened(message: Message) -> str:
    """What happened between two messages, in the reader's language; "" for what nobody here knows of."""
    facts: dict[str, Any] = message.details
    say = _SENTENCES.get(facts.get("event", ""))
    return say(facts) if say else message.text


def _when(facts: dict[str, Any]) -> str:
    moment = parse_datetime(str(facts.get("until", "")))
    return formats.when(moment, formats.current_reader()) if moment else ""


def _closed(facts: dict[str, Any]) -> str:
    by, ticket = facts.get("by"), facts.get("ticket")
    if ticket and by:
        return _("%(name)s closed the conversation with ticket %(ticket)s.") % {"name": by, "ticket": ticket}
    if ticket:
        return _("The conversation was closed with ticket %(ticket)s.") % {"ticket": ticket}
    return _("%(name)s closed the conversation.") % {"name": by} if by else _("The conversation was closed.")


def _reopened(facts: dict[str, Any]) -> str:
    by, ticket = facts.get("by"), facts.get("ticket")
    if ticket and by:
        return _("%(name)s opened it again with ticket %(ticket)s.") % {"name": by, "ticket": ticket}
    if ticket:
        return _("It is open again with ticket %(ticket)s.") % {"ticket": ticket}
    return _("%(name)s opened it again.") % {"name": by} if by else _("It is open again.")


def _spam(facts: dict[str, Any]) -> str:
    by = facts.get("by")
    return _("%(name)s marked it as spam.") % {"name": by} if by else _("It was marked as spam.")


def _snoozed(facts: dict[str, Any]) -> str:
    return _("%(name)s put it off until %(when)s.") % {
        "name": facts.get("by") or _("Bandhu"),
        "when": _when(facts),
    }


def _assigned(facts: dict[str, Any]) -> str:
    by, to = facts.get("by"), facts.get("to")
    if by and by != to:
        return _("%(by)s gave it to %(to)s.") % {"by": by, "to": to}
    return _("%(name)s has it now.") % {"name": to}


_SENTENCES: dict[str, Any] = {
    "closed": _closed,
    "reopened": _reopened,
    "spam": _spam,
    "snoozed": _snoozed,
    "woken": lambda facts: _("Its time has come: it is back."),
    "assigned": _assigned,
    "returned": lambda facts: _("It went back to its queue."),
}
