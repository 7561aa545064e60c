"""The read door of integrations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.integrations.models import Webhook, WebhookDelivery
from bandhu.platform.events import Event, event_classes
from bandhu.platform.together import asked_once

OTHER = _("Other")
# What an event is about, by how its name begins.
SUBJECTS: dict[str, Any] = {
    "customers.contact": _("Contacts"),
    "customers.compan": _("Companies"),
    "interactions.follow_up": _("Follow-ups"),
    "interactions.interaction": _("Timeline"),
    "interactions.conversation": _("Conversations"),
    "interactions.message": _("Conversations"),
    "identity.user": _("Users"),
    "service.": _("Tickets"),
    "contact_center.": _("Queues"),
    "knowledge.": _("Articles"),
    "feedback.": _("Feedback"),
    "channels.": _("Channels"),
}
PERMISSION = "integrations.manage_webhooks"
_LISTENS = f"SELECT EXISTS (SELECT FROM {Webhook._meta.db_table} WHERE is_active)"  # noqa: S608 (our own table)


def somebody_listens(event: Event) -> bool:
    """Whether any webhook is switched on: asked with every event, so it is one cheap look."""
    return asked_once(_is_any_on)


def _is_any_on() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_LISTENS)
        return bool(cursor.fetchone()[0])


def webhooks(user: User) -> QuerySet[Webhook]:
    """All of them; raises Denied."""
    require_anywhere(user, PERMISSION)
    return Webhook.objects.all()


def events_to_listen_to(user: User) -> list[dict[str, str]]:
    """Name and sentence of every event, by name; raises Denied."""
    require_anywhere(user, PERMISSION)
    return [{"name": name, "sentence": str(event_classes[name].sentence)} for name in sorted(event_classes)]


def webhook_for(user: User, pk: UUID) -> Webhook:
    """One; raises Denied or OutOfReach."""
    found = webhooks(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def deliveries(user: User, webhook: Webhook) -> QuerySet[WebhookDelivery]:
    """Its log."""
    require_anywhere(user, PERMISSION)
    return webhook.deliveries.select_related("event")


def delivery_for(user: User, pk: UUID) -> WebhookDelivery:
    """One line of a log; raises Denied or OutOfReach."""
    require_anywhere(user, PERMISSION)
    found = WebhookDelivery.objects.select_related("event", "webhook").filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def event_choices() -> list[tuple[Any, list[tuple[str, str]]]]:
    """(subject, [(name, sentence)]) of every event that can be sent; what fits no subject comes last."""
    groups: dict[Any, list[tuple[str, str]]] = {label: [] for label in [*SUBJECTS.values(), OTHER]}
    for name, one in sorted(event_classes.items()):
        if not name.startswith("tests."):
            label = next((label for start, label in SUBJECTS.items() if name.startswith(start)), OTHER)
            groups[label].append((name, str(one.sentence)))
    return [(label, lines) for label, lines in groups.items() if lines]
