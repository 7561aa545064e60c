"""Telling a user something: the bell in the top bar."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bandhu.platform.live import hint
from bandhu.platform.models import Notification


def notify(user: Any, sentence: str, *, url: str = "", icon: str = "bell", **values: Any) -> Notification:
    """Tell `user`. `sentence` is a msgid marked with gettext_noop, with named placeholders for `values`;
    one called "…_at" is an aware moment in ISO 8601, read as the reader's day and hour.
    """
    told = Notification.objects.create(user=user, sentence=sentence, values=values, url=url, icon=icon)
    hint(f"user:{user.pk}")
    return told


def notifications_of(user: Any, limit: int = 30) -> QuerySet[Notification]:
    """The newest first."""
    return Notification.objects.filter(user=user).order_by("-id")[:limit]


def has_unread(user: Any) -> bool:
    return Notification.objects.filter(user=user, read_at__isnull=True).exists()


def mark_read(user: Any) -> None:
    """All of them."""
    Notification.objects.filter(user=user, read_at__isnull=True).update(read_at=timezone.now())
