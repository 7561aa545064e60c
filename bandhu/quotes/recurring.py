"""What is paid once and what is paid again and again, apart: each is invoiced by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bandhu.catalog.models import PER_YEAR, Period, RecurringLine
from bandhu.catalog.pricing import recurrence_of
from bandhu.platform.money import Money
from bandhu.ui.formats import Reader, current_reader, number

_SUMS = ("gross_minor", "discount_minor", "net_minor", "tax_minor", "total_minor")


@dataclass(frozen=True)
class PaperPart:
    """The sums of one time: of what is paid once (`recurs` ""), or of one period of what is paid `times` periods (0: until cancelled)."""

    recurs: str
    times: int
    gross_minor: int
    discount_minor: int
    net_minor: int
    tax_minor: int
    total_minor: int

    def as_facts(self) -> dict[str, Any]:
        """As documents and the API hold it."""
        return asdict(self)


def parts_of(lines: Iterable[RecurringLine]) -> list[PaperPart]:
    """Of a paper that has anything that comes again: what is paid once first, then by period; [] for a paper without."""
    held: dict[tuple[str, int], list[RecurringLine]] = {}
    for line in lines:
        held.setdefault(recurrence_of(line), []).append(line)
    if not any(period for period, _times in held):
        return []
    return [
        PaperPart(
            period, times, *(sum(getattr(line, name) for line in held[period, times]) for name in _SUMS)
        )
        for period, times in sorted(held, key=_place)
    ]


def _place(recurrence: tuple[str, int]) -> tuple[int, int]:
    period, times = recurrence
    return (-PER_YEAR[period] if period else -1_000, times or 10_000)


def in_words(recurs: str, times: int, reader: Reader | None = None) -> str:
    """For customers: "every month, 12 times"; what is paid once is "once"."""
    if not recurs:
        return _("once")
    if not times:
        return {
            Period.MONTH: _("every month until cancelled"),
            Period.QUARTER: _("every quarter until cancelled"),
            Period.YEAR: _("every year until cancelled"),
        }[Period(recurs)]
    sentences = {
        Period.MONTH: ngettext("for %(times)s month", "every month for %(times)s months", times),
        Period.QUARTER: ngettext("for %(times)s quarter", "every quarter for %(times)s quarters", times),
        Period.YEAR: ngettext("for %(times)s year", "every year for %(times)s years", times),
    }
    return sentences[Period(recurs)] % {"times": number(times, reader or current_reader())}


def label_of(recurs: str, times: int, reader: Reader | None = None) -> str:
    """The same as the label of a sum."""
    if not recurs:
        return _("Once, with taxes")
    return _("With taxes, %(how_often)s") % {"how_often": in_words(recurs, times, reader)}


def rows_of_parts(parts: Iterable[dict[str, Any]], currency: str, reader: Reader) -> list[list[str]]:
    """(label, amount) of each part of a document, in the language that is active."""
    return [
        [label_of(one["recurs"], one["times"], reader), Money(one["total_minor"], currency).written(reader)]
        for one in parts
    ]


def at_start(parts: Iterable[dict[str, Any]], currency: str) -> Money:
    """What is invoiced as soon as the customer accepts: what is paid once, and the first period of all that comes again; with taxes."""
    return Money(sum(one["total_minor"] for one in parts), currency)


def closing_rows(parts: Sequence[dict[str, Any]], total: Money, reader: Reader) -> list[list[str]]:
    """(label, amount) of the last rows under a paper: what is to be paid at the start, then what all that is agreed on comes to.

    Where all that comes again has no end, there is no such whole: the start stands alone, and the rows of the parts say what follows.
    """
    if not parts:
        return [[_("Total"), total.written(reader)]]
    start = at_start(parts, total.currency)
    rows = [[_("To pay at the start, with taxes"), start.written(reader)]]
    if start != total:
        has_no_end = any(one["recurs"] and not one["times"] for one in parts)
        label = _("Total with one period of what has no end") if has_no_end else _("Total of all periods")
        rows.append([label, total.written(reader)])
    return rows
