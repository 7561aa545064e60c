"""What integrations does when others publish."""

from bandhu.integrations import actions, queries
from bandhu.platform.events import EVERY_EVENT, Event, subscribe
from bandhu.platform.models import EventRecord


@subscribe(EVERY_EVENT, wanted=queries.somebody_listens)
def send_webhooks(event: Event, record: EventRecord) -> None:
    actions.queue_deliveries(event, record)
