"""Which lines of an invoice or a subscription give more away than somebody may. What was agreed before may stand again as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.pricing import given_away, given_away_together, percent_text
from bandhu.quotes.models import PricedLine


def check_discounts(
    rows: Sequence[PricedLine], limit: Decimal | None, agreed: Sequence[Sequence[PricedLine]] = ()
) -> None:
    """Raises ValidationError naming each line that gives away more than `limit` percent (None: any), and does not stand in `agreed`.

    A line stands there while it says the same price and discount of the same thing and all of them together are no more than
    what one of the lists has of it.
    """
    if limit is None:
        return
    left = _quantities(agreed)
    problems: list[Any] = []
    for number, row in enumerate(rows, start=1):
        given = given_away(row) if row.quantity > 0 else Decimal(0)
        if given > limit and not _is_left(left, row):
            text = _("Line %(number)s: %(problem)s")
            problems.append(text % {"number": number, "problem": _too_much(given, limit)})
    together = given_away_together(rows)
    before = max((given_away_together(lines) for lines in agreed), default=limit)
    if not problems and together > max(limit, before):
        problems.append(_too_much(together, limit))
    if problems:
        raise ValidationError({"lines": problems}, code="discount_limit")


def _too_much(given: Decimal, limit: Decimal) -> str:
    text = _(
        "Your limit is %(limit)s %% discount, and this is %(discount)s %%. A quote can ask for approval of more."
    )
    return text % {"limit": percent_text(limit), "discount": percent_text(given)}


def _key(row: PricedLine) -> tuple[Any, ...]:
    thing = row.product_id if row.product_id is not None else row.name
    return thing, row.unit, row.unit_price_minor, row.discount


def _quantities(agreed: Iterable[Sequence[PricedLine]]) -> dict[tuple[Any, ...], Decimal]:
    """How many of each were agreed to: of several lists the most."""
    found: dict[tuple[Any, ...], Decimal] = {}
    for lines in agreed:
        of_these: dict[tuple[Any, ...], Decimal] = {}
        for line in lines:
            of_these[_key(line)] = of_these.get(_key(line), Decimal(0)) + line.quantity
        found |= {key: max(quantity, found.get(key, Decimal(0))) for key, quantity in of_these.items()}
    return found


def _is_left(left: dict[tuple[Any, ...], Decimal], row: PricedLine) -> bool:
    if left.get(_key(row), Decimal(0)) < row.quantity:
        return False
    left[_key(row)] -= row.quantity
    return True
