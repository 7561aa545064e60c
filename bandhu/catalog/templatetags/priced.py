"""{% load priced %}: amounts and units of lines in words."""

from django import template

from bandhu.catalog.product_values import UNITS
from bandhu.platform.money import Money

register = template.Library()


@register.filter
def minor(value: int, currency: str) -> str:
    """{{ line.net_minor|minor:paper.currency }}: whole minor units as the reader's place writes them."""
    return Money(value, currency).written()


@register.filter
def unit(code: str) -> str:
    """{{ line.unit|unit }}"""
    return str(UNITS.get(code, code))
