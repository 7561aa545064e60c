from django.db import models
from django.db.models import Q

from bandhu.catalog.models import RecurringLine
from bandhu.platform.money import Money
from bandhu.sales.models.opportunities import Opportunity


class OpportunityLine(RecurringLine):
    """What an opportunity is about: a product, or something no catalogue knows, with quantity, price and discount, before taxes.

    What `recurs` is paid `times` times, once every period: the amount of the opportunity counts each of them. All lines of one
    opportunity are in one `currency`. Their tax columns stay empty: taxes are a matter of the quote.
    """

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="lines")
    currency = models.CharField(max_length=3)

    class Meta(RecurringLine.Meta):
        constraints = [
            *RecurringLine.Meta.constraints,
            models.UniqueConstraint(
                fields=["opportunity", "position"],
                name="one_opportunity_line_per_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(times=1) | (Q(times__gte=1) & ~Q(recurs="")), name="opportunity_line_times"
            ),
        ]

    @property
    def each(self) -> Money:
        """Price times quantity less the discount, once."""
        return Money(self.net_minor, self.currency)

    @property
    def whole(self) -> Money:
        """All the times it is paid."""
        return Money(self.net_minor * self.times, self.currency)
