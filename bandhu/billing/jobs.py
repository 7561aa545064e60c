"""What billing does on the side."""

from bandhu.billing import actions
from bandhu.platform.queue import job, periodic


@periodic("20 * * * *", "billing.remind_of_due_invoices")
def remind_of_due_invoices(timestamp: int) -> None:
    actions.lift_holds()
    actions.remind_of_due_invoices()


@periodic("*/10 * * * *", "billing.ask_about_attempts")
def ask_about_attempts(timestamp: int) -> None:
    actions.ask_about_attempts()
    actions.ask_about_refunds()


@periodic("47 3 * * *", "billing.forget_refused_notices")
def forget_refused_notices(timestamp: int) -> None:
    actions.forget_refused_notices()


@job("billing.send_refund", attempts=8)
def send_refund(refund_id: str) -> None:
    actions.send_refund(refund_id)


@periodic("5 * * * *", "billing.bill_due_subscriptions")
def bill_due_subscriptions(timestamp: int) -> None:
    actions.bill_due_subscriptions()
    actions.announce_renewals()
