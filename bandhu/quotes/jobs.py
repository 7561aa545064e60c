"""What quotes do on the side."""

from bandhu.platform.queue import periodic
from bandhu.quotes import actions


@periodic("41 * * * *", "quotes.expire_quotes")
def expire_quotes(timestamp: int) -> None:
    actions.expire_quotes()
