"""Channels of the demonstration: a chat that works, and a WhatsApp number that is paused, since nothing of it exists."""

from __future__ import annotations

from uuid import UUID

from bandhu.channels.actions import create_channel, pause_channel
from bandhu.identity.models import User

_WHATSAPP = {
    "phone_number_id": "100000000000000",
    "token": "a token of the demonstration",
    "app_secret": "a secret of the demonstration",
    "verify_token": "a word of the demonstration",
}


def connect_channels(actor: User) -> dict[str, UUID]:
    """The ids of the channels by what conversations call them."""
    chat = create_channel(actor=actor, kind="chat", name="Website", values={"title": "Bandhu Traders"})
    whatsapp = create_channel(actor=actor, kind="whatsapp", name="WhatsApp", values=_WHATSAPP)
    pause_channel(whatsapp, actor=actor)
    return {"chat": chat.pk, "whatsapp": whatsapp.pk}
