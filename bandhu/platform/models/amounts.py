from django.db import models
from django.db.models import Q

from bandhu.platform.money import Converted, Money

_EMPTY = Q(amount_minor=None, currency="", base_amount_minor=None, rate=None, rate_date=None)
_WHOLE = Q(
    amount_minor__isnull=False,
    currency__regex="^[A-Z]{3}$",
    base_amount_minor__isnull=False,
    rate__gt=0,
    rate_date__isnull=False,
)


class WithAmount(models.Model):
    """A record with an amount: as agreed, and in the base currency with the rate and its date, as they were at writing.

    Sums over records add `base_amount_minor`, or `amount_minor` of one currency; never amounts of different currencies.
    A record without an amount has none of the five.
    """

    amount_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    base_amount_minor = models.BigIntegerField(null=True, blank=True)
    rate = models.DecimalField(max_digits=24, decimal_places=12, null=True, blank=True)
    rate_date = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=_EMPTY | _WHOLE, name="%(app_label)s_%(class)s_amount_is_whole")
        ]

    @property
    def amount(self) -> Money | None:
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)

    def keep_amount(self, amount: Money | None, converted: Converted | None) -> None:
        """Set the five columns together; None and None empties them. Saving is the caller's."""
        if (amount is None) != (converted is None):
            raise ValueError("an amount and its conversion come together")
        self.amount_minor = None if amount is None else amount.minor
        self.currency = "" if amount is None else amount.currency
        self.base_amount_minor = converted.base.minor if converted else None
        self.rate = converted.rate if converted else None
        self.rate_date = converted.rate_date if converted else None
