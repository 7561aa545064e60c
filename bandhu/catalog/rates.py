"""Exchange rates as they come in: typed, from a CSV file, from a program. Checked in one place."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.platform.texts import clean_line
from bandhu.ui.digits import to_latin

MOST_ROWS = 20_000
LARGEST_FILE = 2 << 20
_LARGEST = Decimal(10) ** 12
_SMALLEST = Decimal(10) ** -12


@dataclass(frozen=True)
class RateRow:
    """One rate to be kept: `rate` units of the base currency for one unit of `currency` from the day `on`."""

    currency: str
    on: date
    rate: Decimal
    source: str = ""


def checked_rate(rate: Decimal | str) -> Decimal:
    """A positive number of at most twelve decimals; raises ValidationError."""
    try:
        found = Decimal(to_latin(str(rate)).strip())
    except InvalidOperation:
        raise ValidationError(_("Write the rate as a number, like 122.37."), code="invalid") from None
    if not found.is_finite() or found <= 0:
        raise ValidationError(_("A rate is larger than zero."), code="not_positive")
    if found >= _LARGEST or found < _SMALLEST or found.quantize(_SMALLEST) != found:
        raise ValidationError(
            _("A rate has at most twelve figures on either side of the point."), code="too_long"
        )
    return found


def rate_text(rate: Decimal) -> str:
    """The rate in figures without trailing noughts: "120", "0.4"."""
    return f"{rate.normalize():f}"


def checked_day(day: date | str) -> date:
    """A day that is not in the future; raises ValidationError."""
    try:
        found = day if isinstance(day, date) else date.fromisoformat(to_latin(day).strip())
    except ValueError:
        raise ValidationError(_("Write the date like 2026-11-22."), code="invalid") from None
    if found > timezone.localdate():
        raise ValidationError(_("A rate cannot lie in the future."), code="future")
    return found


def read_rates(content: bytes) -> list[RateRow]:
    """The rows of a CSV file with the columns currency, date, rate and, if wanted, source. Raises ValidationError line by line."""
    lines = list(csv.reader(io.StringIO(_decoded(content), newline=""), delimiter=_delimiter(content)))
    header = [cell.strip().casefold() for cell in lines[0]] if lines else []
    if not {"currency", "date", "rate"} <= set(header):
        raise ValidationError(
            _("The first line names the columns: currency, date, rate and, if you like, source.")
        )
    if len(lines) > MOST_ROWS:
        raise ValidationError(_("At most %(limit)s rates at once.") % {"limit": MOST_ROWS})
    rows, problems = [], []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            rows.append(_row(dict(zip(header, cells, strict=False))))
        except ValidationError as problem:
            text = _("Line %(number)s: %(problem)s")
            problems.append(text % {"number": number, "problem": " ".join(problem.messages)})
    if problems:
        raise ValidationError(problems[:20])
    return rows


def _row(cells: dict[str, str]) -> RateRow:
    return RateRow(
        currency=cells.get("currency", "").strip().upper(),
        on=checked_day(cells.get("date", "")),
        rate=checked_rate(cells.get("rate", "")),
        source=clean_line(cells.get("source", ""), 120),
    )


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise ValidationError(_("The file is too large."))
    try:
        return content.decode("utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError:
        raise ValidationError(_("Save the file as UTF-8 and send it again.")) from None


def _delimiter(content: bytes) -> str:
    first = content.split(b"\n", 1)[0]
    return max(",;\t", key=lambda sign: first.count(sign.encode()))
