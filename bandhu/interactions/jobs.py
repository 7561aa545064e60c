from datetime import UTC, datetime

from bandhu.interactions import actions
from bandhu.platform.partitions import ensure_partitions
from bandhu.platform.queue import periodic


@periodic("* * * * *", "interactions.send_due_reminders")
def send_due_reminders(timestamp: int) -> None:
    actions.send_due_reminders()


@periodic("* * * * *", "interactions.wake_conversations")
def wake_conversations(timestamp: int) -> None:
    actions.wake_conversations()


@periodic("17 3 * * 1", "interactions.make_partitions")
def make_partitions(timestamp: int) -> None:
    year = datetime.now(UTC).year
    ensure_partitions("interactions_interaction", year, year + 2)
