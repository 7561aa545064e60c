"""The write door of integrations."""

from .deliveries import deliver, queue_deliveries, replay_delivery
from .webhooks import change_webhook, create_webhook, delete_webhook, send_test

__all__ = [
    "change_webhook",
    "create_webhook",
    "delete_webhook",
    "deliver",
    "queue_deliveries",
    "replay_delivery",
    "send_test",
]
