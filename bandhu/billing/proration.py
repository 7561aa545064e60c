"""Shares of a period to the day: pure arithmetic on whole minor units, in which nothing is lost or charged twice.

For a price A of the period from day S up to, not including, day E, what falls to the days before x is

    before(x) = round(A * (x - S) / (E - S)),   S <= x <= E

rounded once, as the currency rounds, and what falls to the days from a up to b is before(b) - before(a). So the parts of a period
add up to A to the unit however often it is cut, JPY (no decimals) and BHD (three) alike. Example by hand: 1000 yen from
1 to 31 March (31 days), changed on 12 March: before(12 March) = round(1000 * 11 / 31) = 355, the rest 645.

A part that was billed and is cut later is shared in the same way over its own days: what is given back is the part less what falls to
the days before the cut.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from bandhu.platform.money import Rounding, rounded


def share(minor: int, start: date, end: date, since: date, until: date, rounding: Rounding) -> int:
    """What of `minor` units for the days from `start` up to `end` falls to those from `since` up to `until`.

    Days outside of the period count as its first or last. Raises ValueError for a period without a day.
    """
    return _before(minor, start, end, until, rounding) - _before(minor, start, end, since, rounding)


def _before(minor: int, start: date, end: date, day: date, rounding: Rounding) -> int:
    days = (end - start).days
    if days <= 0:
        raise ValueError("a period has at least one day")
    passed = min(max((day - start).days, 0), days)
    return rounded(Fraction(minor * passed, days), rounding)
