from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.billing.periods import start_of
from bandhu.catalog.models import CustomerPaper
from bandhu.platform.ids import new_id
from bandhu.quotes.models import Order, PricedLine


class Interval(models.TextChoices):
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


class SubscriptionState(models.TextChoices):
    TRIAL = "trial", _("On trial")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    PAST_DUE = "past_due", _("Past due")
    ENDED = "ended", _("Ended")


BILLED_STATES = (SubscriptionState.TRIAL, SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE)
EARNING_STATES = (SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE)


class Subscription(CustomerPaper):
    """What a customer has again and again, invoiced at the beginning of each period, or `in_arrears` when it is over.

    `amount` is one period with taxes.

    Days are those of `time_zone`. Period `period` counts from `anchor_on`, whose day of the month it keeps; `next_on` is the first day
    that is not invoiced yet. `last_day` (inclusive) or `periods` (so many in all) end it. `monthly_minor` is the net amount of
    a month in the base currency, at the rate of the last change (MRR).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=30, unique=True, editable=False)
    state = models.CharField(
        max_length=8, choices=SubscriptionState.choices, default=SubscriptionState.ACTIVE
    )
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="subscriptions"
    )
    reference = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    custom = models.JSONField(default=dict, db_default={}, blank=True)
    interval = models.CharField(max_length=7, choices=Interval.choices, default=Interval.MONTH)
    every = models.PositiveSmallIntegerField(default=1)
    in_arrears = models.BooleanField(default=False, db_default=False)
    time_zone = models.CharField(max_length=64)
    starts_on = models.DateField()
    trial_until = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    periods = models.PositiveSmallIntegerField(null=True, blank=True)
    anchor_on = models.DateField(editable=False)
    period = models.PositiveIntegerField(default=0, editable=False)
    billed_periods = models.PositiveIntegerField(default=0, editable=False)
    next_on = models.DateField(editable=False)
    # In arrears: the first day on which there is something to do, the one after the period (or the trial) that runs.
    due_on = models.DateField(null=True, editable=False)
    paused_on = models.DateField(null=True, editable=False)
    is_held_by_dunning = models.BooleanField(default=False, editable=False)
    ended_on = models.DateField(null=True, editable=False)
    end_reason = models.CharField(max_length=300, blank=True)
    # The renewal of this day was told beforehand.
    told_renewal_on = models.DateField(null=True, editable=False)
    problem = models.CharField(max_length=300, blank=True, editable=False)
    monthly_minor = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(CustomerPaper.Meta):
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="subscriptions_newest"),
            models.Index(
                fields=["next_on", "id"], condition=Q(state__in=BILLED_STATES), name="subscriptions_due"
            ),
            models.Index(
                fields=["owner", "state"], include=["monthly_minor", "team"], name="subscriptions_of_owner"
            ),
        ]
        constraints = [
            *CustomerPaper.Meta.constraints,
            models.CheckConstraint(condition=Q(every__gte=1), name="subscription_has_an_interval"),
            models.CheckConstraint(condition=Q(next_on__gte=F("anchor_on")), name="next_period_after_anchor"),
            models.CheckConstraint(
                condition=Q(state="paused", paused_on__isnull=False) | (~Q(state="paused") & Q(paused_on=None)),
                name="paused_since_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__isnull=False) | (~Q(state="ended") & Q(ended_on=None)),
                name="ended_on_a_day",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        return self.number

    @property
    def is_ended(self) -> bool:
        return self.state == SubscriptionState.ENDED

    def save(self, *arguments: Any, **keywords: Any) -> None:
        """Keeps `due_on`, which follows from the other days."""
        self.due_on = self.first_due_day()
        super().save(*arguments, **keywords)

    def whole_period(self) -> tuple[date, date]:
        """First day of the period that is next to be billed, and of the one after it."""
        begun = (self.anchor_on, self.interval, self.every)
        return start_of(*begun, self.period), start_of(*begun, self.period + 1)

    def end_of_period(self) -> date:
        """The first day that is no more in the period that is next to be billed; the last one may end it earlier."""
        full_to = self.whole_period()[1]
        return full_to if self.last_day is None else min(full_to, self.last_day + timedelta(days=1))

    def first_due_day(self) -> date | None:
        """What `due_on` is: None in advance, where a period is due on its first day."""
        if not self.in_arrears:
            return None
        if self.state == SubscriptionState.TRIAL or self.is_all_billed:
            return self.next_on
        return max(self.end_of_period(), self.next_on)

    @property
    def renews_on(self) -> date | None:
        """The day of the next invoice; None when there will be none."""
        if self.state == SubscriptionState.ENDED or self.is_all_billed:
            return None
        return max(self.end_of_period(), self.next_on) if self.in_arrears else self.next_on

    @property
    def next_period_on(self) -> date | None:
        """The day on which a period begins that nobody has begun to use; None when there will be none."""
        if self.in_arrears and self.last_day is not None and (self.renews_on or self.next_on) > self.last_day:
            return None
        if self.in_arrears and self.periods is not None and self.billed_periods + 1 >= self.periods:
            return None
        return self.renews_on

    @property
    def is_all_billed(self) -> bool:
        """Whether every period it has was invoiced, or passed over for free."""
        if self.periods is not None and self.billed_periods >= self.periods:
            return True
        return self.last_day is not None and self.next_on > self.last_day


class SubscriptionLine(PricedLine):
    """What a whole period costs for one thing, with the price agreed; renewals bill this price, whatever the price books say later."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="lines")

    class Meta(PricedLine.Meta):
        constraints = [
            *PricedLine.Meta.constraints,
            models.CheckConstraint(condition=Q(quantity__gt=0), name="subscribed_quantity_is_positive"),
        ]

    @property
    def asked_minor(self) -> int:
        """Price times quantity less the discount, before tax rules."""
        return self.gross_minor - self.discount_minor


class BilledPeriod(models.Model):
    """A period that was invoiced: once, says the database. From `from_on` up to, not including, `to_on`.

    The whole one goes from `full_from` to `full_to`. A pause lengthens it by `paused_days` that count for nobody. `invoice` is empty where
    nothing was to be paid.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="billed")
    number = models.PositiveIntegerField()
    from_on = models.DateField()
    to_on = models.DateField()
    full_from = models.DateField()
    full_to = models.DateField()
    paused_days = models.PositiveIntegerField(default=0)
    invoice = models.OneToOneField(
        "billing.Invoice", null=True, on_delete=models.PROTECT, related_name="period"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "number"], name="one_invoice_a_period"),
            models.CheckConstraint(
                condition=Q(to_on__gt=F("from_on"), full_to__gte=F("to_on")), name="a_period_has_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.from_on}–{self.to_on}"

    @property
    def last_day(self) -> date:
        """The last day that is in it."""
        return self.to_on - timedelta(days=1)


class BilledPart(models.Model):
    """What was billed of one line for which days, so that exactly that can be given back. `asked_minor` is before tax rules.

    When it is cut, `to_on` becomes the day of the cut and `asked_minor` what falls to the days before it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="billed_parts")
    line = models.ForeignKey(
        SubscriptionLine, null=True, on_delete=models.SET_NULL, related_name="billed_parts"
    )
    name = models.CharField(max_length=300)
    from_on = models.DateField()
    to_on = models.DateField()
    asked_minor = models.BigIntegerField()
    tax_name = models.CharField(max_length=120, blank=True)
    tax_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    tax_is_inclusive = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["subscription", "to_on"], name="parts_of_subscription")]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_minor__gte=0, to_on__gte=F("from_on")), name="a_part_is_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.from_on}–{self.to_on}"
