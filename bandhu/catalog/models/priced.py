"""What papers and opportunities have in common: lines with prices, and the sums over them."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from bandhu.catalog.models.periods import Period
from bandhu.catalog.models.products import Product
from bandhu.platform.ids import new_id
from bandhu.platform.money import Money


class PaperSums(models.Model):
    """Sums as the server reckoned them (`catalog.totals`), in minor units of the paper's `currency`.

    `tax_sums` is a list of {"name", "percent", "is_inclusive", "net_minor", "tax_minor"}, one for each tax.
    """

    currency: models.CharField[str, str]

    discount_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    tax_sums = models.JSONField(default=list)

    class Meta:
        abstract = True

    @property
    def discount(self) -> Money:
        return Money(self.discount_minor, self.currency)

    @property
    def net(self) -> Money:
        return Money(self.net_minor, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.currency)


class PricedPaper(PaperSums):
    """What a version of a quote comes to: net + tax = total."""

    currency = models.CharField(max_length=3)
    gross_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor=models.F("net_minor") + models.F("tax_minor")),
                name="%(app_label)s_%(class)s_adds_up",
            )
        ]

    @property
    def gross(self) -> Money:
        """Prices times quantities, before discounts."""
        return Money(self.gross_minor, self.currency)

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)


class PricedLine(models.Model):
    """One line: what, how many, for how much; `product` is empty for what no catalogue knows. Texts are in the customer's language.

    `list_price_minor` is what the price book said (None: it said nothing). `discount` is a percentage. The tax stands here as it was
    on the day, so that a rate changed later changes no old paper. `parts` names what a bundle holds: [{"name", "quantity"}].
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.PositiveIntegerField()
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    code = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    parts = models.JSONField(default=list)
    unit = models.CharField(max_length=3, default="C62")
    quantity = models.DecimalField(max_digits=18, decimal_places=6, default=1)
    list_price_minor = models.BigIntegerField(null=True, blank=True)
    unit_price_minor = models.BigIntegerField()
    discount = models.DecimalField(max_digits=7, decimal_places=4, default=Decimal(0))
    tax_class = models.CharField(max_length=40, blank=True)
    tax_name = models.CharField(max_length=120, blank=True)
    tax_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    tax_is_inclusive = models.BooleanField(default=False)
    gross_minor = models.BigIntegerField(default=0)
    discount_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="%(app_label)s_%(class)s_has_a_quantity"),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=100), name="%(app_label)s_%(class)s_discount"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RecurringLine(PricedLine):
    """A line that is paid once, or again every period: its amounts are those of one time.

    `recurs` is "" for once. `times` is how many periods are agreed on, the first included; 0 means until somebody cancels.
    """

    recurs = models.CharField(max_length=7, choices=Period.choices, blank=True, default="", db_default="")
    times = models.PositiveSmallIntegerField(default=1, db_default=1)

    class Meta(PricedLine.Meta):
        abstract = True

    @property
    def counted(self) -> int:
        """How often it counts in a sum: every time agreed on, and once where no end is agreed on."""
        return max(self.times, 1)


# What a line says and costs, without where it stands: copied from version to version, and into the order.
LINE_COLUMNS = (
    "position", "product_id", "code", "name", "description", "parts", "unit", "quantity", "list_price_minor", "unit_price_minor",
    "discount", "tax_class", "tax_name", "tax_percent", "tax_is_inclusive",
    "gross_minor", "discount_minor", "net_minor", "tax_minor", "total_minor",
)  # fmt: skip
RECURRING_COLUMNS = (*LINE_COLUMNS, "recurs", "times")
SUM_COLUMNS = (
    "currency", "gross_minor", "discount_minor", "net_minor", "tax_minor", "total_minor", "tax_sums",
)  # fmt: skip
