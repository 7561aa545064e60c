"""What channels do on the side."""

from uuid import UUID

from bandhu.channels import actions, queries
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


@job("channels.read_notice", attempts=1, queue="channels")
def read_notice(notice_id: str) -> None:
    actions.read_notice(UUID(notice_id))


# Whether a message is tried again, its own state decides: a repeated job must never send it twice.
@job("channels.send_message", attempts=1, queue="channels")
def send_message(message_id: str) -> None:
    actions.send_message(UUID(message_id))


@periodic("*/2 * * * *", "channels.look_after")
def look_after(timestamp: int) -> None:
    actions.look_after_messages()
    actions.look_after_notices()


@job("channels.mail_unseen", attempts=1, queue="channels")
def mail_unseen(conversation_id: str) -> None:
    actions.mail_unseen(UUID(conversation_id))


@periodic("* * * * *", "channels.poll")
def poll(timestamp: int) -> None:
    for channel_id in queries.polled_channels():
        actions.poll_channel(channel_id)


@periodic("11 3 * * *", "channels.ask_for_templates")
def ask_for_templates(timestamp: int) -> None:
    for channel_id in queries.channels_with_templates():
        actions.fetch_templates_of(channel_id)


@job("channels.count_old_answers", attempts=5)
def count_old_answers() -> None:
    actions.count_old_answers()
