from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.models import CustomerPaper, RecurringLine
from bandhu.platform.ids import new_id
from bandhu.platform.money import Money
from bandhu.quotes.models.quotes import Quote, QuoteVersion
from bandhu.sales.models import Opportunity


class OrderState(models.TextChoices):
    PLACED = "placed", _("Placed")
    CANCELLED = "cancelled", _("Cancelled")


class Order(CustomerPaper):
    """What a customer bound themselves to: the lines of the accepted version, frozen. `amount` is the total with tax.

    Billing and delivery keep their own states; here an order stands or was cancelled.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=300, blank=True)
    quote = models.OneToOneField(Quote, null=True, blank=True, on_delete=models.PROTECT, related_name="order")
    paper = models.ForeignKey(QuoteVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders"
    )
    country = models.CharField(_("country of taxation"), max_length=2, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=OrderState.choices, default=OrderState.PLACED, editable=False
    )
    gross_minor = models.BigIntegerField(default=0)
    custom = models.JSONField(default=dict, blank=True)
    placed_at = models.DateTimeField(default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta(CustomerPaper.Meta):
        indexes = [
            models.Index(fields=["owner", "placed_at", "id"], name="order_by_owner"),
            models.Index(fields=["team", "placed_at", "id"], name="order_by_team"),
            models.Index(fields=["placed_at", "id"], name="order_by_placed"),
            models.Index(fields=["base_amount_minor", "id"], name="order_by_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def gross(self) -> Money:
        """Prices times quantities, before discounts."""
        return Money(self.gross_minor, self.currency)


class OrderLine(RecurringLine):
    """A line of an order, as it stood in the accepted version."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")

    class Meta(RecurringLine.Meta):
        constraints = [
            *RecurringLine.Meta.constraints,
            models.UniqueConstraint(fields=["order", "position"], name="one_order_line_per_place"),
        ]
