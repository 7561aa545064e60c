"""Channels of the demonstration: a chat that works, and a WhatsApp number that is paused, since nothing of it exists."""

from __future__ import annotations

from uuid import UUID

from bandhu.channels.actions import create_channel, keep_templates, pause_channel
from bandhu.channels.adapters.port import Judged
from bandhu.identity.models import User

_WHATSAPP = {
    "phone_number_id": "100000000000000",
    "token": "a token of the demonstration",
    "app_secret": "a secret of the demonstration",
    "verify_token": "a word of the demonstration",
}

# As a service would have judged them; there is none that could be asked.
_TEMPLATES = (
    Judged(
        name="delivery_today", language="bn", state="approved", category="UTILITY", places=("1", "2"),
        body="প্রিয় {{1}}, আপনার অর্ডার {{2}} আজ পৌঁছে দেওয়া হবে।", footer="Bandhu Traders",
    ),
    Judged(
        name="delivery_today", language="en", state="approved", category="UTILITY", places=("1", "2"),
        body="Dear {{1}}, your order {{2}} arrives today.", footer="Bandhu Traders",
    ),
    Judged(
        name="delivery_today", language="ta", state="approved", category="UTILITY", places=("1", "2"),
        body="அன்புள்ள {{1}}, உங்கள் ஆணை {{2}} இன்று வந்து சேரும்.", footer="Bandhu Traders",
    ),
    Judged(
        name="your_invoice", language="en", state="approved", category="UTILITY", places=("1", "button.0"), header_kind="document",
        body="Dear {{1}}, here is your invoice.",
        buttons=({"index": 0, "kind": "url", "text": "Pay now", "url": "https://traders.example/pay/{{1}}"},),
    ),
    Judged(name="harvest_offer", language="en", state="pending", category="MARKETING", body="The new harvest is in."),
)  # fmt: skip


def connect_channels(actor: User) -> dict[str, UUID]:
    """The ids of the channels by what conversations call them."""
    chat = create_channel(actor=actor, kind="chat", name="Website", values={"title": "Bandhu Traders"})
    whatsapp = create_channel(actor=actor, kind="whatsapp", name="WhatsApp", values=_WHATSAPP)
    keep_templates(whatsapp, _TEMPLATES)
    pause_channel(whatsapp, actor=actor)
    return {"chat": chat.pk, "whatsapp": whatsapp.pk}
