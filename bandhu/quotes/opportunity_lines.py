"""What an opportunity was reckoned with, as lines of a quote."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import ngettext

from bandhu.catalog.pricing import paper_language
from bandhu.platform.money import Money
from bandhu.sales.models import Opportunity, OpportunityLine, Period
from bandhu.ui.formats import Reader, number

_AS_THEY_ARE = ("product", "name", "unit", "discount", "tax_class")


def lines_to_quote(opportunity: Opportunity | None) -> tuple[list[dict[str, Any]], str]:
    """The lines as `line_values.LINE_FIELDS`, with the prices agreed on, and their currency ("" where there are none).

    What recurs is offered for all the times it is paid, so that the quote comes to the opportunity's amount before taxes.
    """
    rows = OpportunityLine.objects.select_related("product").filter(opportunity=opportunity)
    held = list(rows.order_by("position")) if opportunity is not None else []
    if opportunity is None or not held:
        return [], ""
    language = paper_language(opportunity.contact, opportunity.company)
    with translation.override(language):
        return [_line(one, Reader(language)) for one in held], held[0].currency


def _line(one: OpportunityLine, reader: Reader) -> dict[str, Any]:
    said = [one.description, _recurrence(one, reader)]
    return {name: getattr(one, name) for name in _AS_THEY_ARE} | {
        "description": "\n".join(text for text in said if text),
        "quantity": one.quantity * one.times,
        "unit_price": Money(one.unit_price_minor, one.currency),
    }


def _recurrence(one: OpportunityLine, reader: Reader) -> str:
    """For the customer, who reads a quantity that counts every period."""
    sentences = {
        Period.MONTH: ngettext(
            "%(quantity)s for %(times)s month", "%(quantity)s for %(times)s months", one.times
        ),
        Period.QUARTER: ngettext(
            "%(quantity)s for %(times)s quarter", "%(quantity)s for %(times)s quarters", one.times
        ),
        Period.YEAR: ngettext(
            "%(quantity)s for %(times)s year", "%(quantity)s for %(times)s years", one.times
        ),
    }
    if not one.recurs:
        return ""
    words = {"quantity": number(one.quantity, reader), "times": number(one.times, reader)}
    return sentences[Period(one.recurs)] % words
