"""What sales does on the side."""

from bandhu.platform.queue import job, periodic
from bandhu.sales import actions


@job("sales.score_open_leads", attempts=3)
def score_open_leads() -> None:
    actions.score_open_leads()


@periodic("41 0 * * *", "sales.take_forecast_snapshot")
def take_forecast_snapshot(timestamp: int) -> None:
    """Asked every day, so that a Monday on which nothing ran is made up for; one is taken a week."""
    actions.take_snapshot()
