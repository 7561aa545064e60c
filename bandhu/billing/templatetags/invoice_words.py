"""Units and taxes of invoice lines in words: {% load invoice_words %}."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from bandhu.catalog.product_values import UNITS
from bandhu.platform.money import Money
from bandhu.ui.formats import current_reader

register = template.Library()


@register.filter
def unit_name(code: str) -> str:
    """ "kilogram" for "KGM"; nothing for plain pieces."""
    return "" if code == "C62" else str(UNITS.get(code, code))


@register.filter
def in_words(sentence: str) -> str:
    """A sentence that is kept in English, in the reader's language."""
    return _(sentence) if sentence else ""


@register.filter
def tax_words(line: Any) -> str:
    """ "VAT 15 %"; nothing where no tax is due."""
    if line.tax_percent is None:
        return ""
    return _percent(line.tax_name, f"{line.tax_percent.normalize():f}")


@register.filter
def tax_sum_words(sums: dict[str, Any], currency: str) -> str:
    """ "VAT 15 % on ৳100": one tax over all its lines."""
    words = {
        "tax": _percent(sums["name"], sums["percent"]),
        "net": Money(sums["net_minor"], currency).written(),
    }
    return _("%(tax)s on %(net)s") % words


def _percent(name: str, percent: str) -> str:
    return _("%(name)s %(percent)s %%") % {"name": name, "percent": current_reader().in_digits(percent)}
