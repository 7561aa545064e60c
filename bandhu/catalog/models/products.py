from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bandhu.catalog.models.periods import Period
from bandhu.catalog.models.taxes import TaxClass
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class Product(models.Model):
    """Something that is sold. A variant has a `parent` and the `attributes` that tell it from its siblings; a bundle has parts.

    `name` is the one of `names` written first, for sorting and searching; readers see the one of their language. `unit` is a code of
    UN/ECE recommendation 20, as electronic invoices want it.
    """

    # Products belong to the company: who may see one sees them all.
    scope: dict[str, tuple[str, ...]] = {"owner": (), "team": ()}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60)
    code_key = models.CharField(max_length=60, unique=True, editable=False)
    name = models.CharField(max_length=300)
    names = models.JSONField(default=dict)
    sort_key = models.BinaryField(editable=False)
    descriptions = models.JSONField(default=dict)
    unit = models.CharField(max_length=3, default="C62")
    category = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    # How it is usually sold: once, or again every period, for so many of them (0: until cancelled).
    recurs = models.CharField(max_length=7, choices=Period.choices, blank=True, default="", db_default="")
    times = models.PositiveSmallIntegerField(default=0, db_default=0)
    tax_class = models.ForeignKey(
        TaxClass, null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="variants"
    )
    attributes = models.JSONField(default=dict)
    custom = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "id"]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="product_by_name"),
            models.Index(fields=["category"], name="product_by_category"),
        ]

    def __str__(self) -> str:
        return self.name


class BundlePart(models.Model):
    """What a bundle consists of, and how many. A part is never a bundle itself, so no bundle can contain itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bundle = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="parts")
    part = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="used_in")
    quantity = models.DecimalField(max_digits=18, decimal_places=6, default=1)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["bundle", "part"], name="part_once_in_a_bundle"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="part_quantity_is_positive"),
            models.CheckConstraint(condition=~Q(bundle=F("part")), name="bundle_is_not_its_own_part"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.part_id}"
