from uuid import UUID

from bandhu.integrations import actions
from bandhu.platform.queue import job


@job("integrations.deliver_webhook", attempts=1, queue="webhooks")
def deliver_webhook(delivery_id: str) -> None:
    actions.deliver(UUID(delivery_id))
