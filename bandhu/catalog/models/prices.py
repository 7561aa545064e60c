from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bandhu.catalog.models.periods import Period
from bandhu.catalog.models.products import Product
from bandhu.customers.models import Tag
from bandhu.identity.models import Role
from bandhu.platform.ids import new_id


class PriceBook(models.Model):
    """Prices in one currency, for everybody or for a country or for customers with a tag, always or between two days.

    `country` "" and `tag` None mean any. Of the books that fit a sale, `queries.price_for` says which one counts.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2, blank=True)
    tag = models.ForeignKey(Tag, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    priority = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-priority", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="book_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PriceEntry(models.Model):
    """The price of one unit of a product in a book, from `min_quantity` on: several of them are tiers.

    With `recurs` it is what is paid every such period; without, it is the price of one time, whatever the period.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    book = models.ForeignKey(PriceBook, on_delete=models.CASCADE, related_name="entries")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices")
    min_quantity = models.DecimalField(max_digits=18, decimal_places=6, default=1)
    recurs = models.CharField(max_length=7, choices=Period.choices, blank=True, default="", db_default="")
    amount_minor = models.BigIntegerField()

    class Meta:
        ordering = ["product", "recurs", "min_quantity"]
        constraints = [
            models.UniqueConstraint(
                fields=["book", "product", "recurs", "min_quantity"], name="one_price_per_period_and_tier"
            ),
            models.CheckConstraint(condition=Q(min_quantity__gt=0), name="tier_is_positive"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="price_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} from {self.min_quantity}: {self.amount_minor}"


class DiscountLimit(models.Model):
    """How much discount, in percent, a role or a person may give without approval."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    role = models.OneToOneField(
        Role, null=True, blank=True, on_delete=models.CASCADE, related_name="discount_limit"
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="discount_limit",
    )
    percent = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role=None, user__isnull=False) | Q(role__isnull=False, user=None),
                name="limit_of_a_role_or_a_person",
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="limit_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_id or self.user_id}: {self.percent}"
