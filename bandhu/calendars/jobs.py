from uuid import UUID

from bandhu.calendars.actions.accounts import queue_due_syncs
from bandhu.calendars.actions.syncing import sync_account
from bandhu.calendars.actions.visitors import send_reminders
from bandhu.platform.queue import job, periodic


@periodic("*/5 * * * *", "calendars.sync_accounts")
def sync_accounts(timestamp: int) -> None:
    queue_due_syncs()


# What stands in the way is written on the account, and tried again by the clock.
@job("calendars.sync_account", attempts=1)
def sync_one(account_id: str, with_deletions: bool = False) -> None:
    sync_account(UUID(account_id), with_deletions=with_deletions)


@periodic("*/5 * * * *", "calendars.send_reminders")
def remind_visitors(timestamp: int) -> None:
    send_reminders()
