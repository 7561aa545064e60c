"""What the rows of one number come to: the lines of a paper and its sums, reckoned before anything is written.

A total with its tax counts as it is written, and the tax falls to the lines by what they come to; without a total the sums are those of the
lines, each with its own tax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bandhu.platform.money import Money, MoneyError, parted
from bandhu.quotes.importing.paper_rows import PaperRow


class PaperProblem(ValueError):
    """The rows do not make a paper: `code` is a key of the sentences of imports."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code, self.value = code, value


@dataclass(frozen=True)
class Line:
    """A row's line: what falls to it in minor units, and its tax in percent (None: it bears none)."""

    row: PaperRow
    net: int
    tax: int = 0
    percent: Decimal | None = None

    @property
    def unit(self) -> tuple[Decimal, int]:
        """How many at which price, in minor units: the row's own where they come to what the line comes to, else one for all."""
        row = self.row
        if row.price is not None and row.price.times(row.quantity).minor == self.net:
            return row.quantity, row.price.minor
        one = Money(self.net, row.currency).times(1 / Fraction(row.quantity))
        return (
            (row.quantity, one.minor) if one.times(row.quantity).minor == self.net else (Decimal(1), self.net)
        )


@dataclass(frozen=True)
class Sums:
    """A paper: what its first row says of it, its lines, and what it comes to in minor units."""

    head: PaperRow
    lines: tuple[Line, ...]
    net: int
    tax: int

    @property
    def total(self) -> Money:
        return Money(self.net + self.tax, self.head.currency)

    @property
    def adds_up(self) -> bool:
        return sum(line.net for line in self.lines) == self.net

    def taxes(self, name: str) -> list[dict[str, Any]]:
        """As a paper keeps them (`PaperSums.tax_sums`)."""
        by_percent: dict[Decimal, list[Line]] = {}
        for line in self.lines:
            if line.percent is not None:
                by_percent.setdefault(line.percent, []).append(line)
        return [
            {
                "name": name, "percent": f"{percent.normalize():f}", "is_inclusive": False,
                "net_minor": sum(line.net for line in lines), "tax_minor": sum(line.tax for line in lines),
            }
            for percent, lines in by_percent.items()
        ]  # fmt: skip


def reckoned(rows: Sequence[PaperRow]) -> Sums:
    """The paper of rows that name one number, in the order of the file. Raises PaperProblem."""
    head = rows[0]
    if len({row.currency for row in rows}) > 1:
        raise PaperProblem("two_currencies", ", ".join(sorted({row.currency for row in rows})))
    if head.total is None and all(row.amount is None for row in rows):
        raise PaperProblem("no_paper_amount", head.number)
    try:
        return _of_lines(head, rows) if head.total is None else _of_total(head, head.total, rows)
    except MoneyError:
        raise PaperProblem("out_of_range", head.number) from None


def _of_lines(head: PaperRow, rows: Sequence[PaperRow]) -> Sums:
    lines = tuple(
        Line(row, net, row.tax.minor, _percent(row.tax.minor, net))
        for row in rows
        if row.amount is not None or row.item
        for net in [row.amount.minor if row.amount is not None else 0]
    )
    found = Sums(head, lines, sum(line.net for line in lines), sum(line.tax for line in lines))
    assert found.total is not None  # raises where it is too large
    return found


def _of_total(head: PaperRow, total: Money, rows: Sequence[PaperRow]) -> Sums:
    net = total.minor - head.tax.minor
    percent = _percent(head.tax.minor, net)
    priced = [row for row in rows if row.amount is not None]
    # Where no row has an amount of its own, the first line stands for the whole.
    shown = (
        [row for row in rows if row.amount is not None or row.item]
        if priced
        else list(rows[:1]) + [row for row in rows[1:] if row.item]
    )
    nets = [row.amount.minor if row.amount is not None else 0 for row in shown]
    if not priced:
        nets[0] = net
    shares = parted(head.tax.minor, nets) if any(nets) else [head.tax.minor, *[0] * (len(nets) - 1)]
    lines = [Line(row, own, tax, percent) for row, own, tax in zip(shown, nets, shares, strict=True)]
    return Sums(head, tuple(lines), net, head.tax.minor)


def _percent(tax: int, net: int) -> Decimal | None:
    """Up to a hundred percent, with four decimals as lines keep it."""
    if not tax:
        return None
    if tax > net:
        raise PaperProblem("tax_above_total", str(tax))
    return round(Decimal(100 * tax) / net, 4)
