"""The secret address of a user's calendar."""

from __future__ import annotations

import secrets

from django.utils import timezone

from bandhu.calendars.models import Feed
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.tokens import fingerprint
from bandhu.platform.audit import record_change


@action("calendars.view_meeting", on_record=False)
def make_feed(*, actor: User) -> str:
    """A new address for the actor's own calendar; the one before stops working. Returns the secret, which is never shown again."""
    _revoke(actor)
    secret = secrets.token_urlsafe(32)
    feed = Feed.objects.create(user=actor, sha256=fingerprint(secret))
    record_change("created", actor=actor, kind="feed", record_id=feed.pk, title=str(actor))
    return secret


@action("calendars.view_meeting", on_record=False)
def revoke_feed(*, actor: User) -> None:
    """The actor's address stops working at once."""
    for feed in _revoke(actor):
        record_change("revoked", actor=actor, kind="feed", record_id=feed.pk, title=str(actor))


def _revoke(user: User) -> list[Feed]:
    rows = list(Feed.objects.select_for_update().filter(user=user, revoked_at=None))
    Feed.objects.filter(pk__in=[one.pk for one in rows]).update(revoked_at=timezone.now())
    return rows
