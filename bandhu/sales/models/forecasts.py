from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id
from bandhu.sales.models.opportunities import Opportunity
from bandhu.sales.models.pipelines import OPEN_LINES, Forecast


class PeriodKind(models.TextChoices):
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


class OfPeriod(models.Model):
    """Something said about one person or one team for one period, which begins on the day `begins`."""

    scope = {"owner": "user", "team": ("team", "user__team")}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=7, choices=PeriodKind.choices)
    begins = models.DateField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def subject(self) -> models.Model | None:
        """The person or the team."""
        return self.user or self.team


class Quota(OfPeriod):
    """What a person or a team is to close in a period, in minor units of the base currency; how parts make a whole: `queries/quotas.py`."""

    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, team__isnull=True)
                | models.Q(user__isnull=True, team__isnull=False),
                name="quota_is_of_a_person_or_a_team",
            ),
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="quota_is_above_nought"),
            models.UniqueConstraint(
                fields=["kind", "begins", "user", "team"], nulls_distinct=False, name="one_quota_of_a_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.begins}"


class ForecastAdjustment(OfPeriod):
    """What a manager expects in one line instead of the sellers' figure, in minor units of the base currency, with the reason.

    The latest counts; earlier ones stay as its history. An empty amount takes the adjustment back.
    """

    line = models.CharField(max_length=10, choices=OPEN_LINES)
    amount_minor = models.BigIntegerField(null=True)
    # What the sellers' own figure was when the manager looked.
    figure_minor = models.BigIntegerField()
    note = models.CharField(max_length=500)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["kind", "begins", "at"], name="adjustments_of_period")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, team__isnull=True)
                | models.Q(user__isnull=True, team__isnull=False),
                name="adjustment_is_of_a_person_or_team",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.line} {self.begins}"


class ForecastSnapshot(models.Model):
    """How all open opportunities stood at one moment; one a week, kept for `KEPT_WEEKS`."""

    KEPT_WEEKS = 60

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    week = models.DateField(unique=True, help_text="Its Monday.")
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-week"]

    def __str__(self) -> str:
        return str(self.week)


class SnapshotLine(models.Model):
    """One open opportunity as it stood in a snapshot."""

    snapshot = models.ForeignKey(
        ForecastSnapshot, on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="snapshot_lines")
    line = models.CharField(max_length=10, choices=Forecast.choices)
    expected_close = models.DateField(null=True)
    base_amount_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "opportunity"], name="one_line_of_a_snapshot")
        ]
        indexes = [models.Index(fields=["snapshot", "expected_close"], name="snapshot_by_expected")]

    def __str__(self) -> str:
        return f"{self.snapshot_id}: {self.opportunity_id}"
