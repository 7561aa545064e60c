"""Setting up booking pages, working hours and days off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from bandhu.calendars.actions.visitors import MOST_HOURS
from bandhu.calendars.events import BookingPageChanged
from bandhu.calendars.models import BookingHost, BookingPage, DayOff, Meeting, WorkingHours
from bandhu.calendars.queries.booking import possible_hosts
from bandhu.identity.acting import action
from bandhu.identity.models import Team, User
from bandhu.platform.audit import record_change
from bandhu.platform.events import publish
from bandhu.platform.texts import clean_block, clean_line
from bandhu.platform.web_addresses import is_safe_link
from bandhu.privacy.models import Purpose

Texts = Mapping[str, str]
# name → least and most, in the units of the model.
_NUMBERS = {
    "minutes": (5, 480), "step": (5, 480), "buffer_before": (0, 240), "buffer_after": (0, 240), "notice": (0, 60 * 24 * 30),
    "days_ahead": (1, 365), "remind_before": (0, MOST_HOURS),
}  # fmt: skip
_MOST_HOSTS, _MOST_RANGES = 30, 6
# Monday to Friday; where people rest on Friday and Saturday, Sunday to Thursday.
_USUAL_DAYS, _USUAL_HOURS = (0, 1, 2, 3, 4), (time(9), time(17))
_FRIDAY_COUNTRIES = {"BD": (6, 0, 1, 2, 3)}


@action("calendars.create_bookingpage", on_record=False)
def create_booking_page(*, actor: User, titles: Texts, hosts: Sequence[User], **values: Any) -> BookingPage:
    """A page on which strangers book the time of `hosts`. Raises ValidationError by field."""
    page = BookingPage(owner=actor, team=actor.team)
    _set(page, actor, {"titles": titles, "hosts": hosts, **values})
    _record(page, actor, "created")
    return page


@action("calendars.change_bookingpage")
def change_booking_page(page: BookingPage, *, actor: User, **values: Any) -> BookingPage:
    """Change any value of the page. Raises ValidationError by field; bookings stay as they were made."""
    _set(page, actor, values)
    _record(page, actor, "changed")
    return page


@action("calendars.plan_meeting", on_record=False)
def set_working_hours(*, actor: User, hours: Mapping[int, Sequence[tuple[time, time]]]) -> None:
    """The actor's own hours by weekday (Monday 0). Raises ValidationError by weekday ("day-0")."""
    problems = {f"day-{day}": problem for day, ranges in hours.items() if (problem := _fault_of(ranges))}
    if problems:
        raise ValidationError(problems)
    WorkingHours.objects.filter(user=actor).delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(user=actor, weekday=day, starts=starts, ends=ends)
        for day, ranges in hours.items()
        for starts, ends in ranges
    )
    record_change("changed", actor=actor, kind="working_hours", record_id=actor.pk, title=str(actor))


@action("calendars.plan_meeting", on_record=False)
def add_day_off(*, actor: User, first_day: date, last_day: date) -> DayOff:
    """Days on which the actor is not booked. Raises ValidationError by field."""
    if last_day < first_day:
        raise ValidationError({"last_day": _("The last day comes before the first.")})
    if last_day - first_day > timedelta(days=366):
        raise ValidationError({"last_day": _("At most a year.")})
    return DayOff.objects.create(user=actor, first_day=first_day, last_day=last_day)


@action("calendars.plan_meeting", on_record=False)
def remove_day_off(*, actor: User, pk: Any) -> None:
    """One of the actor's own; another's is left alone."""
    DayOff.objects.filter(user=actor, pk=pk).delete()


def _set(page: BookingPage, actor: User, values: Mapping[str, Any]) -> None:
    problems: dict[str, Any] = {}
    hosts = values.get("hosts")
    for name, value in values.items():
        try:
            if name != "hosts":
                setattr(page, name, _cleaned(page, name, value))
        except ValidationError as problem:
            problems[name] = problem
    problems |= _faults(page, actor, hosts)
    if problems:
        raise ValidationError(problems)
    page.save()
    if hosts is not None:
        _set_hosts(page, hosts)


def _cleaned(page: BookingPage, name: str, value: Any) -> Any:
    if name in ("titles", "introductions", "wordings"):
        _refuse_strange(value or {})
        return {code: text for code, one in (value or {}).items() if (text := clean_block(one or "", 2000))}
    if name == "languages":
        _refuse_strange(value)
    if name == "slug":
        return _free_slug(value, page)
    if name in ("place", "link"):
        return clean_line(value or "", 300 if name == "place" else 2000)
    if name in _NUMBERS:
        least, most = _NUMBERS[name]
        if not isinstance(value, int) or not least <= value <= most:
            raise ValidationError(_("From %(least)d to %(most)d.") % {"least": least, "most": most})
        return value
    if name in ("mode", "kind", "languages", "daily_limit", "team", "purpose", "is_active"):
        return value
    raise TypeError(f"a booking page has no {name!r}")


def _refuse_strange(codes: Iterable[str]) -> None:
    if strange := sorted(set(codes) - dict(settings.LANGUAGES).keys()):
        raise ValidationError(_("There is no language “%(code)s” here.") % {"code": strange[0]})


def _free_slug(wanted: str, page: BookingPage) -> str:
    """What stands in the page's address: Latin letters, digits and hyphens, of no other page."""
    slug = slugify(wanted or "")[:60] or f"meet-{str(page.pk)[-8:]}"
    if BookingPage.objects.filter(slug=slug).exclude(pk=page.pk).exists():
        raise ValidationError(_("Another page has this address."))
    return slug


def _faults(page: BookingPage, actor: User, hosts: Sequence[User] | None) -> dict[str, Any]:
    page.slug = page.slug or _free_slug("", page)
    faults: dict[str, Any] = {}
    if not page.titles:
        faults["titles"] = _("A title is needed.")
    page.languages = [code for code in dict.fromkeys(page.languages) if code in dict(settings.LANGUAGES)]
    if not page.languages:
        faults["languages"] = _("Choose at least one language.")
    if page.mode not in BookingPage.Mode.values or page.kind not in Meeting.Kind.values:
        faults["mode"] = _("Choose one of the list.")
    if page.link and not is_safe_link(page.link):
        faults["link"] = _(
            "This is not a web address. It begins with https://, for example https://example.com/room."
        )
    if page.daily_limit is not None and not 1 <= page.daily_limit <= 100:
        faults["daily_limit"] = _("From %(least)d to %(most)d.") % {"least": 1, "most": 100}
    if page.purpose is not None and not page.wordings:
        faults["wordings"] = _("Write what the visitor agrees to.")
    if (page.purpose is not None and not isinstance(page.purpose, Purpose)) or (
        page.team is not None and not isinstance(page.team, Team)
    ):
        faults["purpose"] = _("Choose one of the list.")
    if hosts is not None and (fault := _fault_of_hosts(page, actor, hosts)):
        faults["hosts"] = fault
    if hosts is None and page.mode == BookingPage.Mode.PERSON and page.hosts.count() > 1:
        faults["mode"] = _("Choose one person, or book all together or in turn.")
    return faults


def _fault_of_hosts(page: BookingPage, actor: User, hosts: Sequence[User]) -> str:
    known = {*page.hosts.values_list("user", flat=True)} if not page._state.adding else set()
    fresh = {one.pk for one in hosts} - known
    if not hosts or len(hosts) > _MOST_HOSTS:
        return _("Choose who is booked: at most %(most)d people.") % {"most": _MOST_HOSTS}
    if page.mode == BookingPage.Mode.PERSON and len(hosts) > 1:
        return _("Choose one person, or book all together or in turn.")
    if possible_hosts(actor).filter(pk__in=fresh).count() < len(fresh):
        return _("Your role does not let you offer the time of everybody chosen.")
    return ""


def _set_hosts(page: BookingPage, hosts: Sequence[User]) -> None:
    page.hosts.exclude(user__in=hosts).delete()
    for position, user in enumerate(hosts):
        BookingHost.objects.update_or_create(page=page, user=user, defaults={"position": position})
        if not WorkingHours.objects.filter(user=user).exists():
            days = _FRIDAY_COUNTRIES.get(settings.DEFAULT_COUNTRY, _USUAL_DAYS)
            WorkingHours.objects.bulk_create(
                WorkingHours(user=user, weekday=day, starts=_USUAL_HOURS[0], ends=_USUAL_HOURS[1])
                for day in days
            )


def _fault_of(ranges: Sequence[tuple[time, time]]) -> str:
    if len(ranges) > _MOST_RANGES:
        return _("At most %(most)d times a day.") % {"most": _MOST_RANGES}
    if any(starts >= ends for starts, ends in ranges):
        return _("A time ends before it begins.")
    inside = sorted(ranges)
    if any(after[0] < before[1] for before, after in pairwise(inside)):
        return _("Two of these times overlap.")
    return ""


def _record(page: BookingPage, actor: User, verb: str) -> None:
    record_change(verb, actor=actor, kind="bookingpage", record_id=page.pk, title=str(page))
    told = BookingPageChanged(
        page_id=str(page.pk),
        title=str(page),
        slug=page.slug,
        mode=page.mode,
        is_active=page.is_active,
        change=verb,
    )
    publish(told, actor=actor)
