"""What channels do on the side."""

from uuid import UUID

from bandhu.channels import actions
from bandhu.platform.queue import job, periodic


# Whether a mail is tried again, its own state decides: a repeated job must never send it twice.
@job("channels.send_mail", attempts=1, queue="mail")
def send_mail(mail_id: str) -> None:
    actions.send_queued(UUID(mail_id))


@periodic("*/5 * * * *", "channels.settle_lost")
def settle_lost(timestamp: int) -> None:
    actions.settle_lost()


@periodic("*/2 * * * *", "channels.queue_readings")
def queue_readings(timestamp: int) -> None:
    actions.queue_readings()


@job("channels.read_account", attempts=1, queue="mail")
def read_account(account_id: str) -> None:
    actions.read_account(UUID(account_id))
