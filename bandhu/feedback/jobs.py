"""What feedback does on the side."""

from bandhu.feedback import actions
from bandhu.platform.queue import periodic


@periodic("* * * * *", "feedback.send_due")
def send_due(timestamp: int) -> None:
    actions.send_due()


@periodic("20 4 * * *", "feedback.ask_regularly")
def ask_regularly(timestamp: int) -> None:
    actions.ask_regularly()
    actions.expire_askings()
