from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.models import Period, a_month_of, a_year_of
from bandhu.customers.models import Company, Contact, Tag
from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.interactions.models import FollowUp
from bandhu.platform.ids import new_id
from bandhu.platform.models.amounts import WithAmount
from bandhu.platform.money import Money
from bandhu.sales.models.pipelines import (
    OPEN_LINES,
    CloseReason,
    Forecast,
    Pipeline,
    Stage,
    StageKind,
    line_of,
)

_OPEN = models.Q(state="open", deleted_at__isnull=True)
_WON = models.Q(state="won", deleted_at__isnull=True)
_CLOSED = models.Q(deleted_at__isnull=True) & ~models.Q(state="open")


def stale_opportunities(rows: models.QuerySet) -> models.QuerySet:
    """Those longer in their stage than it allows, with `is_told`: whether their owner was told of this stay."""
    rows = with_staleness(rows).filter(is_stale_now=True)
    told = models.Q(stale_told_at__isnull=False, stale_told_at__gte=models.F("stage_entered_at"))
    return rows.annotate(is_told=models.ExpressionWrapper(told, output_field=models.BooleanField()))


def with_staleness(rows: models.QuerySet) -> models.QuerySet:
    """Adds `is_stale_now`: open, and longer in its stage than it allows; see `Opportunity.is_stale`."""
    allowed = models.ExpressionWrapper(
        models.F("stage__ageing_days") * models.Value(timedelta(days=1)), output_field=models.DurationField()
    )
    stale = models.Q(
        state="open", stage__ageing_days__gt=0, stage_entered_at__lte=models.Value(timezone.now()) - allowed
    )
    return rows.annotate(is_stale_now=models.ExpressionWrapper(stale, output_field=models.BooleanField()))


class Opportunity(WithAmount):
    """A possible sale to a contact, a company, or somebody in a company.

    `state` repeats the kind of the stage, so that open ones stand in small indexes of their own. `probability` and `forecast` (the
    line of the forecast) are the seller's own; empty means the stage's.
    """

    scope = {"owner": "owner", "team": "team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=300)
    sort_key = models.BinaryField(max_length=120, editable=False)
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="opportunities"
    )
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="opportunities"
    )
    pipeline = models.ForeignKey(
        Pipeline, on_delete=models.PROTECT, related_name="opportunities", db_index=False
    )
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="opportunities", db_index=False)
    state = models.CharField(max_length=4, choices=StageKind.choices, default=StageKind.OPEN)
    stage_entered_at = models.DateTimeField(default=timezone.now)
    probability = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    forecast = models.CharField(max_length=10, choices=OPEN_LINES, blank=True, default="", db_default="")
    # Whether amount and recurring amount follow the lines; else somebody typed them.
    amount_from_lines = models.BooleanField(default=False, db_default=False)
    recurring_minor = models.BigIntegerField(null=True, blank=True)
    recurring_base_minor = models.BigIntegerField(null=True, blank=True)
    recurring_period = models.CharField(max_length=7, choices=Period.choices, blank=True)
    expected_close = models.DateField(_("expected close"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.ForeignKey(
        CloseReason, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    close_note = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    source = models.CharField(_("source"), max_length=120, blank=True)
    campaign = models.CharField(_("campaign"), max_length=200, blank=True, default="", db_default="")
    note = models.TextField(_("note"), blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="+")
    custom = models.JSONField(default=dict, blank=True)
    # What a row of a file is known by, so that it comes in once (`importing.attached.key_of`).
    import_key = models.CharField(max_length=64, null=True, editable=False)
    next_step_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    stale_told_at = models.DateTimeField(null=True, blank=True, editable=False)

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta(WithAmount.Meta):
        indexes = [
            # Sums and counts of the board's columns read this index alone.
            models.Index(
                fields=["pipeline", "stage"],
                include=["base_amount_minor", "owner", "team"],
                condition=_OPEN,
                name="open_by_stage",
            ),
            models.Index(
                fields=["stage", "-stage_entered_at", "-id"], condition=_OPEN, name="open_cards_of_stage"
            ),
            models.Index(
                fields=["stage", "-closed_at", "-id"],
                include=["base_amount_minor", "owner", "team"],
                condition=_CLOSED,
                name="closed_of_stage",
            ),
            # Results and cohorts of the analysis read these two alone, and what is in the bin is found without a look at the rest.
            models.Index(
                fields=["pipeline", "closed_at"],
                include=["state", "close_reason", "base_amount_minor", "created_at", "owner", "team"],
                condition=_CLOSED,
                name="closed_of_pipeline",
            ),
            models.Index(
                fields=["pipeline", "created_at"],
                include=["state", "base_amount_minor", "owner", "team"],
                condition=models.Q(deleted_at__isnull=True),
                name="created_in_pipeline",
            ),
            models.Index(
                fields=["id"], condition=models.Q(deleted_at__isnull=False), name="opportunity_in_bin"
            ),
            models.Index(fields=["owner", "expected_close", "id"], condition=_OPEN, name="open_by_owner"),
            models.Index(fields=["team", "expected_close", "id"], condition=_OPEN, name="open_by_team"),
            # The forecast of a period reads these two alone.
            models.Index(
                fields=["expected_close"],
                include=["base_amount_minor", "owner", "team", "stage", "forecast"],
                condition=_OPEN,
                name="open_by_expected",
            ),
            models.Index(
                fields=["closed_at"],
                include=["base_amount_minor", "owner", "team"],
                condition=_WON,
                name="won_by_closing",
            ),
            models.Index(fields=["closed_at", "id"], name="opportunity_by_closing"),
            models.Index(fields=["expected_close", "id"], name="opportunity_by_expected"),
            models.Index(fields=["sort_key", "id"], name="opportunity_by_name"),
            models.Index(fields=["base_amount_minor", "id"], name="opportunity_by_amount"),
            models.Index(fields=["created_at", "id"], name="opportunity_by_created"),
        ]
        constraints = [
            *WithAmount.Meta.constraints,
            models.UniqueConstraint(
                fields=["import_key"],
                condition=models.Q(import_key__isnull=False),
                name="one_opportunity_of_a_row",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def chance(self) -> Decimal:
        """Of winning, 0 to 1: the seller's own, else the stage's."""
        return self.stage.probability if self.probability is None else self.probability

    @property
    def forecast_line(self) -> str:
        """The line of the forecast it counts in: the seller's own, else the stage's."""
        return line_of(self.state, self.forecast, self.stage.forecast)

    @property
    def forecast_words(self) -> str:
        return str(Forecast(self.forecast_line).label)

    @property
    def recurring(self) -> Money | None:
        """What comes again every period, in the currency of the amount."""
        return None if self.recurring_minor is None else Money(self.recurring_minor, self.currency)

    @property
    def per_year(self) -> Money | None:
        """What comes again, in a year (ARR)."""
        return a_year_of(self.recurring, self.recurring_period)

    @property
    def per_month(self) -> Money | None:
        """What comes again, in a month (MRR)."""
        return a_month_of(self.recurring, self.recurring_period)

    @property
    def is_stale(self) -> bool:
        """Longer in its stage than the stage allows."""
        days = self.stage.ageing_days
        return bool(
            days and self.state == StageKind.OPEN and (timezone.now() - self.stage_entered_at).days >= days
        )


class StageMove(models.Model):
    """An opportunity entered a stage: when, moved by whom, from where, worth what, after how many seconds in the stage before.

    `from_stage` is empty for the first one. `left_at` repeats when the next move happened, `owner` and `team` whose the opportunity
    is today, so that the analysis of a year reads one table. The database itself keeps these two right (migration
    0011_sellers_of_moves): what is written into them here counts for nothing.
    """

    scope = {"owner": "owner", "team": "team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.CASCADE, related_name="moves", db_index=False
    )
    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_stage = models.ForeignKey(
        Stage, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    to_stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    amount_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    base_amount_minor = models.BigIntegerField(null=True, blank=True)
    seconds = models.BigIntegerField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    team = models.ForeignKey(
        Team,
        null=True,
        editable=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["opportunity", "at"], name="moves_of_opportunity"),
            models.Index(
                fields=["pipeline", "at"],
                include=[
                    "to_stage",
                    "from_stage",
                    "seconds",
                    "base_amount_minor",
                    "opportunity",
                    "owner",
                    "team",
                ],
                name="moves_of_pipeline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id} → {self.to_stage_id}"

    @property
    def amount(self) -> Money | None:
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)

    @property
    def did(self) -> list[dict[str, str]]:
        """What the stage did on it; read together with the move by `select_related("stage_run")`."""
        try:
            return self.stage_run.did  # type: ignore[no-any-return]
        except StageRun.DoesNotExist:
            return []


class StageRun(models.Model):
    """What a stage did when an opportunity entered it: written in the transaction of its changes, so it is done once for a move.

    `did` are [{"do", "state", "after", "why"}], one for each step: "done", "already" (it was so), or "nothing" with why (a msgid).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    move = models.OneToOneField(StageMove, on_delete=models.CASCADE, related_name="stage_run")
    at = models.DateTimeField(default=timezone.now)
    did = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return str(self.move_id)


class OpportunityStep(models.Model):
    """A follow-up that was planned for this opportunity."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="steps")
    follow_up = models.OneToOneField(FollowUp, on_delete=models.CASCADE, related_name="opportunity_step")

    def __str__(self) -> str:
        return str(self.follow_up_id)
