"""How channels are called and drawn in the inbox; a channel nobody named here is shown by its own name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Channel:
    """`has_copies`: a reply can go to further people (To, Cc). `is_rich`: what is said there may be formatted;
    `has_files`: files go with it."""

    label: Any
    icon: str
    has_copies: bool = False
    is_rich: bool = False
    has_files: bool = True


CHANNELS: dict[str, Channel] = {
    "mail": Channel(_("Mail"), "mail", has_copies=True, is_rich=True),
    "chat": Channel(_("Chat"), "messages-square"),
    "form": Channel(_("Form"), "clipboard-list", is_rich=True),
    "sms": Channel(_("SMS"), "smartphone", has_files=False),
    "whatsapp": Channel(_("WhatsApp"), "message-circle-more"),
    "messenger": Channel(_("Messenger"), "message-circle-heart"),
    "instagram": Channel(_("Instagram"), "camera", has_files=False),
    "telegram": Channel(_("Telegram"), "send"),
    "mastodon": Channel(_("Mastodon"), "megaphone", has_files=False),
    "webhook": Channel(_("Webhook"), "webhook"),
    "phone": Channel(_("Phone"), "phone"),
    "portal": Channel(_("Portal"), "circle-user-round"),
}


def channel_named(name: str) -> Channel:
    return CHANNELS.get(name) or Channel(name, "message-circle")
