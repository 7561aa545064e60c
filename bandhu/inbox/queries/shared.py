"""Canned replies, macros, labels and habits."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity.results import OutOfReach
from bandhu.inbox.merging import best_text, filled, language_of
from bandhu.inbox.models import CannedReply, Label, Macro, Preference
from bandhu.interactions.models import Conversation
from bandhu.platform.time_zones import zone_named

NINE = time(9)


def canned_replies(user: Any) -> Any:
    """Those the user may use: their own, the team's, everybody's; by name."""
    return CannedReply.objects.usable_by(user).select_related("owner", "team")


def canned_reply_for(user: Any, pk: UUID) -> CannedReply:
    """One the user may use. Raises OutOfReach."""
    return _one(canned_replies(user), pk)


def macros(user: Any) -> Any:
    """Those the user may use, by name."""
    return Macro.objects.usable_by(user).select_related("owner", "team")


def macro_for(user: Any, pk: UUID) -> Macro:
    """One the user may use. Raises OutOfReach."""
    return _one(macros(user), pk)


def offered_replies(user: Any, conversation: Conversation, text: str, limit: int = 8) -> list[dict[str, Any]]:
    """Canned replies for a conversation, filled in for its customer in the customer's language, those used most first."""
    rows = canned_replies(user)
    if text:
        rows = rows.filter(Q(shortcut__istartswith=text) | Q(name__icontains=text))
    wanted, offered = language_of(conversation), []
    for reply in rows.order_by("-used", "name")[:limit]:
        language, source = best_text(reply.texts, wanted)
        result = filled(source, conversation, user, language)
        offered.append(
            {"reply": reply, "language": language, "text": result.text, "missing": result.missing,
             "is_other_language": language.split("-")[0] != wanted.split("-")[0]}
        )  # fmt: skip
    return offered


def canned_text(user: Any, conversation: Conversation, reply_id: str) -> dict[str, str]:
    """{id: what a canned reply says to this customer, in their language}; {} for one the user may not use."""
    reply = canned_replies(user).filter(pk=reply_id).first()
    if reply is None:
        return {}
    language, source = best_text(reply.texts, language_of(conversation))
    return {reply_id: filled(source, conversation, user, language).text}


def labels_like(text: str, limit: int = 12) -> list[str]:
    """Labels that conversations have had, by how they begin."""
    return list(Label.objects.filter(name__icontains=text).values_list("name", flat=True)[:limit])


def preference_of(user: Any) -> Preference:
    """How the user works; the usual way where nothing was chosen."""
    return Preference.objects.filter(user=user.pk).first() or Preference(user=user)


def ways_to_schedule(conversation: Conversation) -> tuple[str, list[tuple[str, datetime]]]:
    """The customer's time zone, and usual moments to send at, on the customer's clock: (words, moment)."""
    contact = conversation.contact
    known = zone_named(contact.time_zone) if contact and contact.time_zone else None
    zone = known or timezone.get_current_timezone()
    now = timezone.now().astimezone(zone)
    tomorrow = datetime.combine(now.date() + timedelta(days=1), NINE, tzinfo=now.tzinfo)
    monday = datetime.combine(now.date() + timedelta(days=7 - now.weekday()), NINE, tzinfo=now.tzinfo)
    return str(zone), [
        (_("In an hour"), now + timedelta(hours=1)),
        (_("Tomorrow at nine"), tomorrow),
        (_("Monday at nine"), monday),
    ]


def _one(rows: Any, pk: UUID) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found
