"""What sales does on the side."""

from uuid import UUID

from bandhu.identity.models import User
from bandhu.platform.queue import job, periodic
from bandhu.sales import actions
from bandhu.sales.queries import learning_table


@job("sales.score_open_leads", attempts=3)
def score_open_leads() -> None:
    actions.score_open_leads()


@periodic("41 0 * * *", "sales.take_forecast_snapshot")
def take_forecast_snapshot(timestamp: int) -> None:
    """Asked every day, so that a Monday on which nothing ran is made up for; one is taken a week."""
    actions.take_snapshot()


@periodic("23 1 * * *", "sales.count_months")
def count_months(timestamp: int) -> None:
    """Until the night after a change, an earlier month is read from its moves."""
    actions.count_months()


@job("sales.learn_scores", attempts=1)
def learn_scores(subject: str, own_fields: list[str], user_id: str) -> None:
    # Loaded here and nowhere else: scikit-learn takes seventy megabytes that no web process needs.
    from bandhu.sales.learning.training import learn

    learned = learn(learning_table(subject, own_fields))
    actions.keep_learned(subject, learned, actor=User.objects.get(pk=user_id), own_fields=own_fields)


@job("sales.run_reassignment", attempts=3)
def run_reassignment(run_id: str) -> None:
    actions.run_reassignment(UUID(run_id))


@periodic("7 * * * *", "sales.start_due_hand_overs")
def start_due_hand_overs(timestamp: int) -> None:
    """Every hour: a day begins at another hour elsewhere."""
    actions.start_due_hand_overs()


@periodic("33 2 * * *", "sales.tell_stale")
def tell_stale(timestamp: int) -> None:
    actions.tell_stale()


@periodic("*/5 * * * *", "sales.run_sequences")
def run_sequences(timestamp: int) -> None:
    actions.run_due_steps()


@job("sales.run_stage", attempts=3)
def run_stage(move_id: str) -> None:
    actions.run_stage(UUID(move_id))
