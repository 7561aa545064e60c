"""Lines of an opportunity: read, priced by the books, summed. What a price is stands in `catalog.pricing`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.catalog.line_values import clean_currency, clean_lines
from bandhu.catalog.models import MOST_TIMES, RecurringLine
from bandhu.catalog.pricing import Terms, currency_for, given_away, paper_language, percent_text, priced_lines
from bandhu.catalog.queries import Buyer, discount_limit_of
from bandhu.platform.money import Money, MoneyError, total
from bandhu.sales.models import PER_YEAR, Opportunity, OpportunityLine, Period, a_month_of, a_year_of


@dataclass(frozen=True)
class LineSums:
    """What lines come to: `amount` counts what recurs as often as it is paid; `recurring` is one `period` of it, None for nothing."""

    amount: Money
    recurring: Money | None
    period: str

    @property
    def per_year(self) -> Money | None:
        """What comes again, in a year (ARR)."""
        return a_year_of(self.recurring, self.period)

    @property
    def per_month(self) -> Money | None:
        """What comes again, in a month (MRR)."""
        return a_month_of(self.recurring, self.period)


def sums_of_lines(lines: Iterable[RecurringLine], currency: str) -> LineSums:
    """The sums of lines that are reckoned, of an opportunity or of a quote. Lines of different periods are told by the year: twelve months, four quarters.

    Raises ValidationError where a sum is too large or below nought.
    """
    held = list(lines)
    periods = {line.recurs for line in held if line.recurs}
    period = periods.pop() if len(periods) == 1 else Period.YEAR.value if periods else ""
    try:
        amount = total((Money(line.net_minor * line.counted, currency) for line in held), currency)
        again = [
            Money(line.net_minor * PER_YEAR[line.recurs] // PER_YEAR[period], currency)
            for line in held
            if line.recurs
        ]
        sums = LineSums(amount, total(again, currency) if again else None, period)
        a_year_of(sums.recurring, sums.period)  # which says where it is too large
    except MoneyError as problem:
        raise ValidationError({"lines": problem.message}, code=problem.code) from None
    if amount.minor < 0 or (sums.recurring is not None and sums.recurring.minor < 0):
        raise ValidationError({"lines": _("The total lies below nought: more is taken back than sold.")})
    return sums


def priced_opportunity_lines(
    user: Any,
    opportunity: Opportunity,
    given: Sequence[Mapping[str, Any]],
    currency: str,
    held: Mapping[UUID, OpportunityLine],
) -> tuple[list[OpportunityLine], LineSums]:
    """New lines (not saved) from RECURRING_LINE_FIELDS, with prices of today's books. Raises ValidationError by line and field.

    An amount that has no end yet is counted: as often as a product says, else for a year.
    """
    inputs = clean_lines(given, currency)
    problems = {}
    for place, asked in enumerate(inputs):
        if asked.times == 0 and str(given[place].get("times")).strip():
            text = _("Write how many times this is paid, from 1 to %(most)s.") % {"most": MOST_TIMES}
            problems[f"{place}.times"] = ValidationError(text, code="range")
    if problems:
        raise ValidationError(problems)
    lines, _totals = priced_lines(inputs, _terms(user, opportunity, currency), held, of=OpportunityLine)
    for line, asked in zip(lines, inputs, strict=True):
        line.currency = currency
        line.times = line.times or (PER_YEAR[line.recurs] if asked.recurs is None else 1)
    return lines, sums_of_lines(lines, currency)


def currency_of_lines(
    opportunity: Opportunity, asked: str, held: Iterable[OpportunityLine] | None = None
) -> str:
    """The one asked for, else that of the lines there are, of the amount, of the customer's country. Raises ValidationError."""
    if asked:
        return clean_currency(asked)
    of_lines = next((line.currency for line in held or ()), "")
    found = of_lines or opportunity.currency or currency_for(opportunity.company or opportunity.contact)
    return found or clean_currency("")  # which says that one is needed


def check_discounts(
    user: Any, lines: Iterable[OpportunityLine], held: Mapping[UUID, OpportunityLine]
) -> None:
    """Nobody gives more than they may; what somebody else gave before stays. Raises ValidationError by line."""
    limit = discount_limit_of(user)
    if limit is None:
        return
    problems = {}
    for place, line in enumerate(lines):
        given, before = given_away(line), held.get(line.pk)
        if given > max(limit, given_away(before) if before is not None else limit):
            text = _(
                "Your limit is %(limit)s %% discount, and this is %(discount)s %%. A quote can ask for approval of more."
            )
            words = {"limit": percent_text(limit), "discount": percent_text(given)}
            problems[f"{place}.discount"] = ValidationError(text % words, code="limit")
    if problems:
        raise ValidationError(problems)


def _terms(user: Any, opportunity: Opportunity, currency: str) -> Terms:
    """Prices are the firm's, as in a quote; nothing is taxed yet."""
    customer = opportunity.company or opportunity.contact
    return Terms(
        user=user,
        buyer=Buyer.of(customer) if customer else Buyer(),
        language=paper_language(opportunity.contact, opportunity.company),
        currency=currency,
        country="",
        on=timezone.localdate(),
    )
