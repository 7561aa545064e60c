"""Who looks at, or edits, a record right now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from bandhu.platform import live
from bandhu.platform.models import Presence

FRESH = timedelta(seconds=60)
"""A page says every 25 seconds that it is open; after a minute of silence it is not."""


def note_presence(record_id: UUID, user: Any, *, editing: bool) -> None:
    """`user` has the record open; other open pages are told when that is new or has changed."""
    now = timezone.now()
    known = Presence.objects.filter(record_id=record_id, user=user)
    changed = known.filter(editing=editing, seen_at__gte=now - FRESH).update(seen_at=now) == 0
    if changed:
        Presence.objects.update_or_create(
            record_id=record_id, user=user, defaults={"editing": editing, "seen_at": now}
        )
        live.hint(f"presence:{record_id}")


def forget_presence(record_id: UUID, user: Any) -> None:
    """`user` closed the page."""
    gone, _models = Presence.objects.filter(record_id=record_id, user=user).delete()
    if gone:
        live.hint(f"presence:{record_id}")


def others_at(record_id: UUID, user: Any) -> list[Presence]:
    """Everybody else who has the record open now, with their user; those who edit first."""
    since = timezone.now() - FRESH
    rows = Presence.objects.filter(record_id=record_id, seen_at__gte=since).exclude(user=user)
    return list(rows.select_related("user").order_by("-editing", "user__full_name"))


def sweep() -> int:
    """Throw away what means nothing any more; returns how many rows."""
    return int(Presence.objects.filter(seen_at__lt=timezone.now() - timedelta(hours=1)).delete()[0])
