from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy

from bandhu.identity.named import Named


class StageKind(models.TextChoices):
    OPEN = "open", gettext_lazy("Open")
    WON = "won", gettext_lazy("Won")
    LOST = "lost", gettext_lazy("Lost")


class Forecast(models.TextChoices):
    """In which line of a forecast an opportunity of a stage counts."""

    PIPELINE = "pipeline", gettext_lazy("Pipeline")
    BEST_CASE = "best_case", gettext_lazy("Best case")
    COMMIT = "commit", gettext_lazy("Commit")
    CLOSED = "closed", gettext_lazy("Closed")
    OMITTED = "omitted", gettext_lazy("Left out")


# What a seller may choose for an open opportunity; closed is what was won, and nothing else.
OPEN_LINES = [(one.value, one.label) for one in Forecast if one != Forecast.CLOSED]


def line_of(state: str, own: str, of_stage: str) -> str:
    """The line an opportunity counts in: won is closed, lost is left out, else the seller's own or the stage's.

    An open stage that an administrator put under closed counts as commit: nothing open is closed.
    """
    if state != StageKind.OPEN:
        return Forecast.CLOSED if state == StageKind.WON else Forecast.OMITTED
    line = own or of_stage
    return Forecast.COMMIT if line == Forecast.CLOSED else line


def line_by_chance(probability: Decimal) -> str:
    """The line a new open stage gets by its probability of winning, 0 to 1."""
    if probability >= Decimal("0.7"):
        return Forecast.COMMIT
    return Forecast.BEST_CASE if probability >= Decimal("0.4") else Forecast.PIPELINE


class Pipeline(Named):
    """One way of selling: its own stages, in its own order."""

    class Meta:
        ordering = ["position", "id"]


class Stage(Named):
    """A step of a pipeline.

    `probability` of winning, 0 to 1. `required_fields` are names of fields that must be filled to enter. After `ageing_days`
    in the stage a card is flagged as stale. Only opportunities that fit `condition` (a filter tree, empty: all) may enter;
    `condition_words` say so to the seller (empty: the condition says itself). On entering `steps` are done, in order:
    [{"do", "value", "text", "days"}] of the kinds in `stage_steps.py`.
    """

    pipeline = models.ForeignKey(Pipeline, on_delete=models.CASCADE, related_name="stages")
    kind = models.CharField(max_length=4, choices=StageKind.choices, default=StageKind.OPEN)
    probability = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal("0.1"))
    forecast = models.CharField(max_length=10, choices=Forecast.choices, default=Forecast.PIPELINE)
    required_fields = models.JSONField(default=list, blank=True)
    ageing_days = models.PositiveSmallIntegerField(null=True, blank=True)
    condition = models.JSONField(default=dict, db_default={}, blank=True)
    condition_words = models.CharField(max_length=300, default="", db_default="", blank=True)
    steps = models.JSONField(default=list, db_default=[], blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(probability__gte=0, probability__lte=1), name="stage_probability_is_share"
            )
        ]


class CloseReason(Named):
    """Why opportunities are won or lost, from the administrator's list."""

    kind = models.CharField(
        max_length=4, choices=[(one.value, one.label) for one in (StageKind.WON, StageKind.LOST)]
    )

    class Meta:
        ordering = ["kind", "position", "id"]
