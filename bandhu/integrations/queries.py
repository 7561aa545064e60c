"""The read door of integrations."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.integrations.models import Webhook, WebhookDelivery
from bandhu.platform.events import Event, event_classes

PERMISSION = "integrations.manage_webhooks"


def somebody_listens(event: Event) -> bool:
    """Whether any webhook is switched on: asked with every event, so it is one cheap look."""
    return Webhook.objects.filter(is_active=True).exists()


def webhooks(user: User) -> QuerySet[Webhook]:
    """All of them; raises Denied."""
    require_anywhere(user, PERMISSION)
    return Webhook.objects.all()


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


def event_choices() -> list[tuple[str, str]]:
    """(name, sentence) of every event that can be sent."""
    return sorted(
        (name, str(one.sentence)) for name, one in event_classes.items() if not name.startswith("tests.")
    )
