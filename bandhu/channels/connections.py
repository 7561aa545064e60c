"""What an adapter is given of a channel: its settings, its opened secrets, the address its notices come to."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.urls import reverse

from bandhu.channels.adapters import ADAPTERS
from bandhu.channels.adapters.port import Adapter, Connection
from bandhu.channels.models import Channel
from bandhu.platform.public_url import absolute
from bandhu.platform.vault import sealed, unsealed

_PURPOSE = "channels.channels"


def adapter_of(channel: Channel) -> Adapter:
    """The adapter of a channel's kind."""
    return ADAPTERS[channel.kind]


def connection_of(channel: Channel) -> Connection:
    """The channel as its adapter sees it; without secrets where the installation's own key was lost."""
    return Connection(
        id=channel.pk, url=notice_address(channel), settings=channel.settings, secrets=secrets_of(channel)
    )


def notice_address(channel: Channel) -> str:
    """Where its service sends what it tells."""
    return absolute(reverse("channels:channel_notices", args=[channel.pk]))


def secrets_of(channel: Channel) -> dict[str, str]:
    """Its secrets, opened."""
    opened = unsealed(channel.sealed_secrets, _PURPOSE)
    found: dict[str, str] = json.loads(opened) if opened else {}
    return found


def close_secrets(values: Mapping[str, str]) -> str:
    """The secrets as the database keeps them."""
    return sealed(json.dumps(dict(values), sort_keys=True), _PURPOSE) if any(values.values()) else ""
