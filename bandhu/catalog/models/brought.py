from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.models.prices import PriceBook
from bandhu.catalog.models.products import Product
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class BroughtFile(models.Model):
    """A file of products or of prices that was brought in: what it did stands in its rows, so that it can be taken back."""

    # As of products: who may see one sees them all.
    scope: dict[str, tuple[str, ...]] = {"owner": (), "team": ()}

    class Holds(models.TextChoices):
        PRODUCTS = "products", _("Products")
        PRICES = "prices", _("Prices")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    holds = models.CharField(max_length=8, choices=Holds.choices)
    name = models.CharField(max_length=255, blank=True)
    book = models.ForeignKey(PriceBook, null=True, on_delete=models.SET_NULL, related_name="+")
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    prices = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    taken_back_at = models.DateTimeField(null=True)
    # How many of its rows somebody had worked on since, so that they stayed as they are.
    kept = models.PositiveIntegerField(default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.name


class BroughtRow(models.Model):
    """What a file did to a product or to one of its prices. `version` is the product's afterwards; `before` what it said:

    columns by name of a changed product; {"tier", "recurs", "was", "now"} of a price, in minor units of the book, None for none.
    """

    class Did(models.TextChoices):
        MADE = "made", _("made")
        CHANGED = "changed", _("changed")
        PRICED = "priced", _("price set")

    file = models.ForeignKey(BroughtFile, on_delete=models.CASCADE, related_name="rows")
    did = models.CharField(max_length=7, choices=Did.choices)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=0)
    before = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.did} {self.product_id}"
