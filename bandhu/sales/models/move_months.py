from django.conf import settings
from django.db import models

from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.sales.models.pipelines import Pipeline


class MonthOfMoves(models.Model):
    """The moves of one pipeline in one month that is over (in UTC), counted once: what `sales/queries/move_counts.py` reads of them.

    One row `is_whole`; the others are the parts of each owner and team that opportunities have now, for who sees a part of them.
    `flows`: [from stage, to stage, how many, worth how much]; `stays`: [stage that was left, [hours], [how many]]. A month is
    believed while no ChangedMonth speaks against it.
    """

    scope = {"owner": "owner", "team": "team"}

    pipeline = models.ForeignKey(Pipeline, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.DateField(help_text="Its first day.")
    is_whole = models.BooleanField(default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    flows = models.JSONField(default=list)
    stays = models.JSONField(default=list)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pipeline", "month", "is_whole", "owner", "team"],
                nulls_distinct=False,
                name="one_count_of_a_month",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pipeline_id}: {self.month}"


class ChangedMonth(models.Model):
    """Something about the moves of an earlier month changed: what was counted of it is believed no more, until it is counted anew.

    Written by the database itself (migration 0009_months_of_moves), in the transaction of the change; rows are only added, so that
    nobody waits for anybody. Where an opportunity went to another owner or team, only the parts changed, not the whole.
    """

    pipeline = models.ForeignKey(Pipeline, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.DateField(help_text="Its first day.")
    only_parts = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [models.Index(fields=["pipeline", "month"], name="changed_month")]

    def __str__(self) -> str:
        return f"{self.pipeline_id}: {self.month}"
