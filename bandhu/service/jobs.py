"""What service does on the side."""

from uuid import UUID

from bandhu.platform.queue import job, periodic
from bandhu.service import actions


@periodic("* * * * *", "service.look_at_clocks")
def look_at_clocks(timestamp: int) -> None:
    actions.look_at_clocks()


@periodic("17 * * * *", "service.close_solved")
def close_solved(timestamp: int) -> None:
    actions.close_solved()


@job("service.settle_open_tickets", attempts=3)
def settle_open_tickets() -> None:
    actions.settle_open_tickets()


@job("service.show_answer", attempts=3)
def show_answer(message_id: str) -> None:
    actions.show_in_portal(UUID(message_id))


@job("service.share_work", attempts=8)
def share_work(ticket_id: str, conversation_id: str = "", had_by: str = "", actor_id: str = "") -> None:
    actions.share_work(
        UUID(ticket_id),
        conversation_id=UUID(conversation_id) if conversation_id else None,
        had_by=UUID(had_by) if had_by else None,
        actor_id=UUID(actor_id) if actor_id else None,
    )


@job("service.run_rules", attempts=8)
def run_rules(record_id: int) -> None:
    actions.run_rules(record_id)


@periodic("* * * * *", "service.run_timed_rules")
def run_timed_rules(timestamp: int) -> None:
    actions.run_timed_rules()


@periodic("41 2 * * *", "service.forget_old_runs")
def forget_old_runs(timestamp: int) -> None:
    actions.forget_old_runs()
