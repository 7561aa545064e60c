"""Time zones of places, and whether somebody may be called or written to at this moment there.

A customer whose zone is not known could be in any zone of the country: an hour is allowed only if it is in all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.core import get_global
from babel.dates import get_timezone_location

from bandhu.platform.sort_keys import sort_key
from bandhu.ui.formats import country_of_zone, locale_of

EVERY_DAY = frozenset(range(7))
_STEP = timedelta(minutes=15)
_FAR = timedelta(days=15)


@dataclass(frozen=True)
class AllowedHours:
    """From `start` up to, not including, `end` on the weekdays given (Monday 0 … Sunday 6); `end` before `start` runs past midnight."""

    start: time
    end: time
    weekdays: frozenset[int] = EVERY_DAY

    def contains(self, local: datetime) -> bool:
        """Whether a local moment lies within."""
        at, today = local.time(), local.weekday()
        if self.start <= self.end:
            return today in self.weekdays and self.start <= at < self.end
        return (today in self.weekdays and at >= self.start) or (
            (today - 1) % 7 in self.weekdays and at < self.end
        )


# Promotional calls and messages. US: 47 CFR 64.1200(c)(1). IN: the bands that TRAI's preference rules block by default.
# Others: no rule is known to us, so what is polite nearly everywhere.
_QUIET_RULES = {
    "US": AllowedHours(time(8), time(21)),
    "IN": AllowedHours(time(10), time(21)),
    "BD": AllowedHours(time(9), time(21)),
}
POLITE_HOURS = AllowedHours(time(9), time(20))


def allowed_hours(country: str) -> AllowedHours:
    """The hours for promotional contact in a country: the law's where we know one, else 9 to 20."""
    return _QUIET_RULES.get(country, POLITE_HOURS)


def is_allowed_at(moment: datetime, hours: AllowedHours, zones: Iterable[ZoneInfo]) -> bool:
    """Whether an aware moment is within the hours in every one of the zones; without any zone it never is."""
    wall_clocks = [moment.astimezone(zone) for zone in zones]
    return bool(wall_clocks) and all(hours.contains(local) for local in wall_clocks)


def next_allowed(moment: datetime, hours: AllowedHours, zones: Iterable[ZoneInfo]) -> datetime | None:
    """The first moment from this one on that is allowed, to the quarter of an hour, in UTC; None if there is none within 15 days."""
    zones = list(zones)
    if is_allowed_at(moment, hours, zones):
        return moment
    at = moment.astimezone(UTC).replace(second=0, microsecond=0)
    at += _STEP - timedelta(minutes=at.minute % 15)
    while at <= moment + _FAR:
        if is_allowed_at(at, hours, zones):
            return at
        at += _STEP
    return None


def candidate_zones(zone: str, country: str = "") -> list[ZoneInfo]:
    """Where somebody may be: the zone if it is known, else all zones of the country, else (neither known) the extremes of the world."""
    known = zone_named(zone)
    if known:
        return [known]
    names = zones_of_country(country) or ["Pacific/Pago_Pago", "Pacific/Kiritimati"]
    return [ZoneInfo(name) for name in names]


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of a name of the IANA database; None for anything else."""
    if not name or name not in _all_zones():
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def todays_name(name: str) -> str:
    """What a zone is called now ("Asia/Calcutta", as browsers say, is "Asia/Kolkata"); any other name as it is."""
    return _MODERN_NAMES.get(name, name)


@cache
def zones_of_country(country: str) -> list[str]:
    """The zones of a country ("IN" → ["Asia/Kolkata"]), by name; [] for an unknown one."""
    named = get_global("zone_territories")
    aliases = get_global("zone_aliases")
    found = {aliases.get(zone, zone) for zone, where in named.items() if where == country}
    canonical = {_MODERN_NAMES.get(zone, zone) for zone in found}
    return sorted(zone for zone in canonical if zone in _all_zones() and not zone.startswith("Etc/"))


@cache
def zone_label(name: str, language: str) -> str:
    """The place of a zone in the language ("ঢাকা" for "Asia/Dhaka"); the name itself for an unknown one."""
    zone, locale = zone_named(name), locale_of(language)
    if zone is None:
        return name
    area, place = name.partition("/")[0], name.rpartition("/")[2]
    # CLDR keeps "Kolkata" and "Argentina/Cordoba" under their first names; where it has none, the town is enough.
    kept = (name, _FIRST_NAMES.get(name, ""), f"{area}/{place}")
    called: Any = next((locale.time_zones[one] for one in kept if one in locale.time_zones), {})
    return (
        called.get("city") or get_timezone_location(zone, locale=locale, return_city=True).rpartition("/")[2]
    )


@cache
def zone_choices(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """For a select: per country (by its name in the language) the zones with their place's name, as the reader sorts. Kept: not to be changed."""
    locale = locale_of(language)
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(_all_zones()):
        country = country_of_zone(name)
        if country and "/" in name and name in zones_of_country(country):
            groups.setdefault(str(locale.territories.get(country, country)), []).append(
                (name, zone_label(name, language))
            )
    for places in groups.values():
        places.sort(key=lambda one: sort_key(one[1]))
    return sorted(groups.items(), key=lambda group: sort_key(group[0]))


def zone_choices_from(zone: str, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """As `zone_choices`, with the country of `zone` first: where somebody who looks for another place most likely is."""
    groups = zone_choices(language)
    return sorted(groups, key=lambda group: zone not in dict(group[1]))


@cache
def _all_zones() -> frozenset[str]:
    return frozenset(available_timezones())


# CLDR keeps the first name a zone had; people look for today's.
_MODERN_NAMES = {
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Europe/Kiev": "Europe/Kyiv",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "Africa/Asmera": "Africa/Asmara",
    "America/Coral_Harbour": "America/Atikokan",
    "America/Godthab": "America/Nuuk",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Pacific/Truk": "Pacific/Chuuk",
    "Pacific/Ponape": "Pacific/Pohnpei",
}
_FIRST_NAMES = {today: first for first, today in _MODERN_NAMES.items()}
