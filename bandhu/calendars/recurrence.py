"""Rules of repetition (RFC 5545): read with suspicion, and expanded only as far as somebody looks.

Rules count on the wall clock of the meeting's zone: nine o'clock stays nine o'clock when clocks are changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import rrule
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.calendars.wall_clock import moment_repeated, wall_of

# More of one series is no series but an attack or a mistake: four years of working days.
MOST_COUNTED = 1000
# So many are looked at in one window; a year of days fits.
MOST_SHOWN = 400
_LONGEST = 500
_FREQUENCIES = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAYS = {name: getattr(rrule, name) for name in WEEKDAYS}
_LISTS = {"BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYSETPOS": (-31, 31)}


@dataclass(frozen=True)
class Rule:
    """A rule of repetition. `until` is on the wall clock of the zone (naive, inclusive)."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    weekdays: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: str = "MO"

    def text(self) -> str:
        """As iCalendar writes it; `until` as a moment of the wall clock (see `read_rule`)."""
        parts = [f"FREQ={self.freq}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval > 1 else []
        parts += [f"COUNT={self.count}"] if self.count else []
        parts += [f"UNTIL={self.until:%Y%m%dT%H%M%S}"] if self.until else []
        lists = (
            ("BYDAY", self.weekdays),
            ("BYMONTH", self.months),
            ("BYMONTHDAY", self.month_days),
            ("BYSETPOS", self.positions),
        )
        parts += [f"{name}={','.join(map(str, values))}" for name, values in lists if values]
        parts += [f"WKST={self.week_start}"] if self.week_start != "MO" else []
        return ";".join(parts)

    def starting(self, wall: datetime) -> rrule.rrule:
        """The rule from a first time on."""
        return rrule.rrule(
            _FREQUENCIES[self.freq],
            dtstart=wall,
            interval=self.interval,
            count=self.count,
            until=self.until,
            byweekday=[_weekday(one) for one in self.weekdays] or None,
            bymonth=self.months or None,
            bymonthday=self.month_days or None,
            bysetpos=self.positions or None,
            wkst=_DAYS[self.week_start],
        )


def read_rule(text: str, zone: ZoneInfo, first: datetime) -> Rule:
    """The rule of an RRULE for a meeting that first begins at `first` (wall clock). Raises ValidationError with what is wrong with it."""
    if len(text) > _LONGEST:
        raise _refused()
    given = dict(part.partition("=")[::2] for part in text.strip().upper().split(";") if part)
    rule = Rule(
        freq=_one_of(given.pop("FREQ", ""), _FREQUENCIES),
        interval=_whole(given.pop("INTERVAL", "1"), 1, 1000),
        count=_count(given.pop("COUNT", "")),
        until=_until(given.pop("UNTIL", ""), zone),
        weekdays=tuple(_day_name(one) for one in given.pop("BYDAY", "").split(",") if one),
        months=_numbers(given, "BYMONTH"),
        month_days=_numbers(given, "BYMONTHDAY"),
        positions=_numbers(given, "BYSETPOS"),
        week_start=_one_of(given.pop("WKST", "MO"), _DAYS),
    )
    if given or (rule.count and rule.until):
        raise _refused()
    if rule.freq in ("DAILY", "WEEKLY") and (
        rule.month_days or rule.positions or any(len(one) > 2 for one in rule.weekdays)
    ):
        raise _refused()
    if rule.until and rule.until < first:
        raise ValidationError(_("The repetition ends before it begins."), code="ends_early")
    if not _ever_happens(rule, first):
        raise ValidationError(_("By this rule the meeting never takes place."), code="never")
    return rule


def starts_between(
    rule: Rule, first: datetime, zone: ZoneInfo, since: datetime, until: datetime, most: int = MOST_SHOWN
) -> Iterator[datetime]:
    """Moments (UTC) from `since` up to, not including, `until` at which the series begins; `first` is the wall clock of the first."""
    begin = _near(rule, first, wall_of(since, zone) - timedelta(days=2))
    end = wall_of(until, zone) + timedelta(days=2)
    walls = takewhile(lambda wall: wall < end, rule.starting(begin))
    moments = (moment_repeated(wall, zone) for wall in walls)
    yield from islice((one for one in moments if since <= one < until), most)


def last_start(rule: Rule, first: datetime, zone: ZoneInfo) -> datetime | None:
    """The last moment (UTC) it begins; None for a series without end."""
    if rule.count is None and rule.until is None:
        return None
    walls = list(islice(_near_or_all(rule, first), MOST_COUNTED))
    return moment_repeated(walls[-1], zone) if walls else moment_repeated(first, zone)


def begins_at(rule: Rule, first: datetime, zone: ZoneInfo, moment: datetime) -> bool:
    """Whether the series has an occurrence that begins exactly then."""
    return next(starts_between(rule, first, zone, moment, moment + timedelta(seconds=1)), None) is not None


def ended_before(rule: Rule, first: datetime, zone: ZoneInfo, moment: datetime) -> Rule:
    """The same rule, ending before the occurrence at `moment`."""
    return replace(rule, count=None, until=wall_of(moment, zone) - timedelta(seconds=1))


def continued_from(rule: Rule, first: datetime, zone: ZoneInfo, moment: datetime) -> Rule:
    """The rule for what comes from `moment` on: a counted one has fewer left."""
    if rule.count is None:
        return rule
    past = sum(1 for wall in rule.starting(first) if moment_repeated(wall, zone) < moment)
    return replace(rule, count=max(1, rule.count - past))


def _near(rule: Rule, first: datetime, wanted: datetime) -> datetime:
    """Where to begin expanding: a rule without count is taken up shortly before `wanted`, in step with its first time."""
    if rule.count or rule.freq not in ("DAILY", "WEEKLY") or wanted <= first:
        return first
    step = timedelta(days=rule.interval * (1 if rule.freq == "DAILY" else 7))
    return first + step * max(0, (wanted - first) // step - 1)


def _near_or_all(rule: Rule, first: datetime) -> Iterator[datetime]:
    begin = _near(rule, first, rule.until - timedelta(days=800)) if rule.until else first
    return iter(rule.starting(begin))


def _ever_happens(rule: Rule, first: datetime) -> bool:
    """Asked fifty years before the calendar ends: a rule that fits no day would be looked for until then."""
    year = 9944 + first.year % 4 + 4
    late = first.replace(year=year) if (first.month, first.day) != (2, 29) else first.replace(year=9948)
    return next(iter(replace(rule, until=None, count=None).starting(late)), None) is not None


def _weekday(text: str) -> Any:
    day = _DAYS[text[-2:]]
    return day(int(text[:-2])) if text[:-2] else day


def _day_name(text: str) -> str:
    number = text[:-2]
    if text[-2:] not in _DAYS or (number and not (_is_whole(number) and 1 <= abs(int(number)) <= 53)):
        raise _refused()
    return text


def _numbers(given: dict[str, str], name: str) -> tuple[int, ...]:
    low, high = _LISTS[name]
    found = tuple(_whole(one, low, high) for one in given.pop(name, "").split(",") if one)
    if 0 in found:
        raise _refused()
    return found


def _count(text: str) -> int | None:
    if text and _is_whole(text) and int(text) > MOST_COUNTED:
        raise ValidationError(
            _("A series has at most %(most)d meetings. Give it an end.") % {"most": MOST_COUNTED},
            code="too_many",
        )
    return _whole(text, 1, MOST_COUNTED) if text else None


def _until(text: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        if len(text) == 8:
            return datetime.combine(datetime.strptime(text, "%Y%m%d").date(), time(23, 59, 59))
        wall = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")
        return wall_of(wall.replace(tzinfo=UTC), zone) if text.endswith("Z") else wall
    except (ValueError, OverflowError):
        raise _refused() from None


def _whole(text: str, low: int, high: int) -> int:
    if not _is_whole(text) or not low <= int(text) <= high:
        raise _refused()
    return int(text)


def _is_whole(text: str) -> bool:
    return text.lstrip("+-").isdecimal() and len(text) < 8


def _one_of(text: str, known: Any) -> str:
    if text not in known:
        raise _refused()
    return text


def _refused() -> ValidationError:
    return ValidationError(
        _(
            "This repetition is not understood. It can be every day, week, month or year, up to a date or a number of times."
        ),
        code="rule",
    )


def rule_of_choice(
    freq: str,
    *,
    interval: int = 1,
    until: date | None = None,
    count: int | None = None,
    weekdays: Iterable[str] = (),
) -> str:
    """The text of a rule as a person chooses it; `weekdays` ("MO", "SU") are those of every week it takes place on."""
    end = datetime.combine(until, time(23, 59, 59)) if until else None
    days = tuple(name for name in WEEKDAYS if name in set(weekdays)) if freq == "WEEKLY" else ()
    return Rule(freq, interval, None if end else count, end, days).text()


def turned(rule: Rule, days: int) -> Rule:
    """The rule of a series that is moved by so many days: what takes place on certain weekdays does so on days as much later."""
    if rule.freq != "WEEKLY" or not rule.weekdays or days % 7 == 0:
        return rule
    moved = {WEEKDAYS[(WEEKDAYS.index(one) + days) % 7] for one in rule.weekdays}
    return replace(rule, weekdays=tuple(one for one in WEEKDAYS if one in moved))


def weekday_name(day: date) -> str:
    """As rules name the weekday of a day: "MO"."""
    return WEEKDAYS[day.weekday()]
