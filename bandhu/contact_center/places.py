"""Where work may come from, to choose a queue for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.channels.connections import adapter_of
from bandhu.channels.models import Channel, MailAccount
from bandhu.contact_center.models import QueuePlace

Place = tuple[str, UUID | None]
CHANNELS: dict[str, Any] = {
    "mail": gettext_lazy("E-mail"),
    "chat": gettext_lazy("Web chat"),
    "form": gettext_lazy("Web form"),
    "webhook": gettext_lazy("Program of one's own"),
    "sms": gettext_lazy("SMS"),
    "whatsapp": gettext_lazy("WhatsApp"),
    "messenger": gettext_lazy("Messenger"),
    "instagram": gettext_lazy("Instagram"),
    "telegram": gettext_lazy("Telegram"),
    "mastodon": gettext_lazy("Mastodon"),
    "phone": gettext_lazy("Phone call"),
    "portal": gettext_lazy("Portal"),
    "ticket": gettext_lazy("Tickets"),
}
"""What work comes by, for choosing; other words may be given by the API."""


def offered_places(user: Any) -> list[tuple[str, str]]:
    """(what a form sends, words): everything else, whole channels, mailboxes of the house and of teams, and what a queue has already."""
    found: dict[str, str] = {_written("", None): _("Everything that has no other queue")}
    for channel, label in CHANNELS.items():
        found[_written(channel, None)] = _("All of %(channel)s") % {"channel": label}
    for account in MailAccount.objects.filter(owner=None, is_active=True).order_by("name"):
        found[_written("mail", account.pk)] = _("Mailbox %(address)s") % {"address": account.address}
    for one in Channel.objects.filter(deleted_at=None):
        found[_written(adapter_of(one).channel, one.pk)] = one.name
    for place in QueuePlace.objects.all():
        found.setdefault(_written(place.channel, place.place_id), f"{place.channel} {place.place_id or ''}")
    return list(found.items())


def written(place: QueuePlace) -> str:
    """A place as a form sends it."""
    return _written(place.channel, place.place_id)


def read_place(text: str) -> Place:
    """The opposite; ValueError for what is none."""
    channel, _colon, pk = text.partition(":")
    return channel, UUID(pk) if pk else None


def _written(channel: str, pk: UUID | None) -> str:
    return f"{channel}:{pk or ''}"
