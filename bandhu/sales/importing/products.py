"""The products rows of a file mean."""

from __future__ import annotations

from bandhu.catalog.models import Product
from bandhu.customers.importing.attached import folded


def products_by_word() -> dict[str, Product]:
    """Products in use by code and by every name, folded; a code counts before a name."""
    rows = list(Product.objects.filter(is_active=True))
    named = {folded(name): one for one in rows for name in (one.name, *one.names.values())}
    return named | {folded(one.code): one for one in rows}
