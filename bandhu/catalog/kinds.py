"""What a product is made of, said once: lists, filters, bulk edit and the API's filters read it."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.actions import change_product
from bandhu.catalog.models import Period, Product
from bandhu.catalog.product_values import UNITS
from bandhu.catalog.tax_classes import READY_MADE
from bandhu.platform.record_kinds import Field, RecordKind


def with_local_name(rows: QuerySet) -> QuerySet:
    """Adds each product's name in the reader's language, else the one written first."""
    language = (get_language() or "en").split("-")[0]
    local = Coalesce(KeyTextTransform(language, "names"), F("name"), output_field=TextField())
    return rows.annotate(local_name=local)


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
        Field(
            name="name", label=_("Name"), path="local_name", sort="sort_key", annotate=with_local_name,
        ),
        Field(name="code", label=_("Code"), path="code", sort="code_key"),
        Field(name="category", label=_("Category"), path="category", sort="category", setting="category"),
        Field(
            name="unit", label=_("Unit"), type="choice", path="unit", setting="unit",
            choices=lambda: list(UNITS.items()),
        ),
        Field(
            name="tax_class", label=_("Tax class"), type="choice", path="tax_class__key", setting="tax_class",
            choices=lambda: list(READY_MADE.items()),
        ),
        Field(
            name="recurs", label=_("How often"), type="choice", path="recurs", setting="recurs",
            choices=lambda: list(Period.choices),
        ),
        Field(name="times", label=_("How many times"), in_list=False),
        Field(name="is_active", label=_("Sold"), type="boolean", path="is_active", setting="is_active"),
        Field(name="parent", label=_("Variant of"), path="parent__name"),
        # Named for the audit trail; they are edited on the product's page.
        Field(name="names", label=_("Names"), in_list=False),
        Field(name="descriptions", label=_("Descriptions"), in_list=False),
        Field(name="attributes", label=_("Attributes"), in_list=False),
        Field(name="parts", label=_("Parts"), in_list=False),
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
    search_hint=_("Name of a product in any language, or its code"),
)  # fmt: skip
