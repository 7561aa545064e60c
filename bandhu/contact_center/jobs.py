from uuid import UUID

from bandhu.contact_center import actions
from bandhu.contact_center.actions import offers, sweeping
from bandhu.platform.queue import job, periodic


@job("contact_center.route_queue")
def route_queue(queue_id: str) -> None:
    actions.route_queue(UUID(queue_id))


@job("contact_center.drain_agent")
def drain_agent(agent_id: str) -> None:
    actions.drain_agent(UUID(agent_id))


@job("contact_center.end_offer")
def end_offer(item_id: str) -> None:
    offers.end_offer(UUID(item_id))


@periodic("* * * * *", "contact_center.sweep")
def sweep(timestamp: int) -> None:
    sweeping.sweep()
