"""From what a clock on the wall shows to a moment, on the days clocks are changed too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.platform.time_zones import zone_named
from bandhu.ui import formats

EARLIEST, LATEST = 1971, 2199


def zone_for(name: str) -> ZoneInfo:
    """The zone of this name. Raises ValidationError."""
    zone = zone_named(name)
    if zone is None:
        raise ValidationError(_("There is no time zone called “%(name)s”.") % {"name": name[:60]})
    return zone


def moment_typed(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which clocks in `zone` show `wall` (naive), in UTC.

    In the hour that comes twice the first one is meant. Raises ValidationError for the hour that is left out.
    """
    if not EARLIEST <= wall.year <= LATEST:
        raise ValidationError(
            _("The year must lie between %(first)s and %(last)s.") % {"first": EARLIEST, "last": LATEST}
        )
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    shown = moment.astimezone(zone).replace(tzinfo=None)
    if shown != wall:
        raise ValidationError(
            _(
                "Clocks are put forward then: %(typed)s does not exist in %(zone)s. The next time there is %(next)s."
            )
            % {
                "typed": formats.clock(wall.time(), formats.current_reader()),
                "zone": zone.key,
                "next": formats.clock(shown.time(), formats.current_reader()),
            },
            code="no_such_time",
        )
    return moment


def moment_repeated(wall: datetime, zone: ZoneInfo) -> datetime:
    """As `moment_typed` for what a rule makes: a time that is left out is counted on from before the gap (RFC 5545, 3.3.5)."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """What clocks in `zone` show at a moment (naive)."""
    return moment.astimezone(zone).replace(tzinfo=None)


def midnight(wall: datetime) -> datetime:
    """The beginning of that day (naive)."""
    return wall.replace(hour=0, minute=0, second=0, microsecond=0)


DAY = timedelta(days=1)
