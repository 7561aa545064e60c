"""What a product is made of, said once: lists, filters, bulk edit and the API's filters read it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.actions import change_product
from bandhu.catalog.models import Product
from bandhu.catalog.product_values import UNITS
from bandhu.catalog.queries import tax_classes
from bandhu.platform.record_kinds import Field, RecordKind


def _url(record: Any) -> str:
    return reverse("catalog:product", args=[getattr(record, "pk", record)])


PRODUCT = RecordKind(
    name="product",
    label=_("Product"),
    plural=_("Products"),
    icon="package",
    model=Product,
    view_permission="catalog.view_product",
    change_permission="catalog.change_product",
    create_permission="catalog.create_product",
    url=_url,
    list_url_name="catalog:products",
    new_url_name="catalog:product_new",
    fields=[
        Field(name="name", label=_("Name"), path="name", sort="sort_key"),
        Field(name="code", label=_("Code"), path="code", sort="code_key"),
        Field(name="category", label=_("Category"), path="category", sort="category", setting="category"),
        Field(
            name="unit", label=_("Unit"), type="choice", path="unit", setting="unit",
            choices=lambda: list(UNITS.items()),
        ),
        Field(
            name="tax_class", label=_("Tax class"), type="choice", path="tax_class__key", setting="tax_class",
            choices=tax_classes,
        ),
        Field(name="is_active", label=_("Sold"), type="boolean", path="is_active", setting="is_active"),
        Field(name="parent", label=_("Variant of"), path="parent__name"),
        Field(name="created_at", label=_("Created"), type="datetime", path="created_at", sort="created_at"),
        Field(name="updated_at", label=_("Changed"), type="datetime", path="updated_at", sort="updated_at"),
    ],
    default_columns=("name", "code", "category", "unit", "tax_class", "is_active"),
    default_sort="name",
    change=change_product,
    empty_text=_(
        "What you sell: goods, services, variants and bundles. Create the first one, then give it prices in a price book."
    ),
    custom_fields=True,
)  # fmt: skip
