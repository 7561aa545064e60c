"""Chats that want an agent to be there."""

from __future__ import annotations

from django.utils import timezone

from bandhu.channels.models import Channel
from bandhu.contact_center.models import Agent


def is_agent_available(channel: Channel) -> bool | None:
    """Whether any agent is available now; None for a channel that does not ask."""
    if not channel.settings.get("needs_agents"):
        return None
    return Agent.objects.filter(state=Agent.State.AVAILABLE, lease_until__gt=timezone.now()).exists()
