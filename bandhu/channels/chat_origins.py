"""On which websites a chat stands."""

from __future__ import annotations

from urllib.parse import urlsplit

from bandhu.channels.adapters.web_chat import origins_of
from bandhu.channels.models import Channel
from bandhu.platform.public_url import absolute


def may_stand_on(channel: Channel, origin: str, own: str) -> bool:
    """Whether a page of `origin` may talk to the chat: one the channel names, or a page of our own (`own` is the origin that was asked)."""
    parts = urlsplit(absolute("/"))
    return bool(origin) and origin.lower() in {
        *origins_of(channel.settings),
        own,
        f"{parts.scheme}://{parts.netloc}",
    }
