"""What billing does on the side."""

from bandhu.billing import actions
from bandhu.platform.queue import periodic


@periodic("20 * * * *", "billing.remind_of_due_invoices")
def remind_of_due_invoices(timestamp: int) -> None:
    actions.remind_of_due_invoices()
