"""{% load products %}: {{ product|product_name }}."""

from typing import Any

from django import template

from bandhu.catalog.product_values import in_language

register = template.Library()


@register.filter
def product_name(product: Any) -> str:
    """The product's name in the reader's language."""
    return in_language(product.names) or str(product.name)
