"""What sales does on the side."""

from bandhu.platform.queue import job
from bandhu.sales import actions


@job("sales.score_open_leads", attempts=3)
def score_open_leads() -> None:
    actions.score_open_leads()
