"""What the search knows of products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.models import Product
from bandhu.platform.registries import SearchDocument, SearchKind


def product_documents(ids: Sequence[UUID]) -> Iterator[SearchDocument]:
    """Documents of the products among `ids`: found by the name in any language, and by the code."""
    rows = Product.objects.filter(pk__in=ids).only("pk", "name", "names", "code", "category")
    for product in rows.iterator(chunk_size=2_000):
        others = [name for name in product.names.values() if name != product.name]
        yield SearchDocument(
            record_id=product.pk,
            names=[product.name, *others, product.code],
            detail=" · ".join(filter(None, (product.code, product.category))),
            words=[product.category] if product.category else (),
        )


PRODUCTS = SearchKind(
    name="product",
    label=_("Product"),
    icon="package",
    url=lambda pk: reverse("catalog:product", args=[pk]),
    visible_to=lambda user: Product.objects.visible_to(user),
    documents=product_documents,
    all_ids=lambda: Product.objects.values_list("pk", flat=True).iterator(),
    view_permission="catalog.view_product",
    position=50,
)
