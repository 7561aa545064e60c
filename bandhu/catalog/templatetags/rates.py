"""{% load rates %}: {{ rate.rate|rate }}."""

from decimal import Decimal

from django import template

from bandhu.ui import formats

register = template.Library()


@register.filter
def rate(value: Decimal) -> str:
    """A rate with all the decimals it has, at least two."""
    exponent = value.normalize().as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    return formats.number(value, formats.current_reader(), places=max(2, places))
