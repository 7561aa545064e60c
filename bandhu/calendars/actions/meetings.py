"""Planning meetings and calls, and changing what was planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from bandhu.calendars.actions.guests import tell_guests
from bandhu.calendars.actions.held_times import follow_meeting
from bandhu.calendars.actions.telling import KIND, facts_of, tell
from bandhu.calendars.actions.visitors import MOVED, booking_of, tell_booking
from bandhu.calendars.events import MeetingChanged, MeetingMoved, MeetingPlanned
from bandhu.calendars.models import Attendee, Meeting
from bandhu.calendars.recurrence import last_start, read_rule, turned
from bandhu.calendars.wall_clock import moment_repeated, wall_of, zone_for
from bandhu.customers.models import Company, Contact
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.custom_values import checked_custom, write_custom
from bandhu.platform.texts import clean_block, clean_line
from bandhu.platform.web_addresses import is_safe_link

LONGEST, MOST_PEOPLE = timedelta(days=32), 100
_TEXTS = {"title": 300, "place": 300, "link": 2000}
_PLAIN = (
    "kind",
    "is_all_day",
    "is_private",
    "is_busy",
    "invites",
    "contact",
    "company",
    "about_kind",
    "about_id",
)
_TIMES = ("starts_at", "ends_at", "time_zone", "rule")
CHANGEABLE = (*_TEXTS, "note", *_PLAIN, *_TIMES, "owner")
# Guests are told again of these (RFC 5546, 2.1.4).
_ANNOUNCED = {*_TIMES, "place", "link", "is_all_day"}


@dataclass(frozen=True)
class People:
    """Who takes part besides the owner. None leaves that kind of them as it is."""

    users: Iterable[User] | None = None
    contacts: Iterable[Contact] | None = None
    addresses: Iterable[str] | None = None


@action("calendars.plan_meeting", on_record=False)
def plan_meeting(
    *,
    actor: User,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    time_zone: str = "",
    customer: Contact | Company | None = None,
    owner: User | None = None,
    people: People | None = None,
    uid: str = "",
    source: str = "",
    custom: Mapping[str, Any] | None = None,
    **values: Any,
) -> Meeting:
    """Plan a meeting (or a call, by `kind`) of `owner`, the actor by default. Moments are aware.

    `time_zone` is where its wall clock hangs, the owner's by default; `rule` an RRULE on that clock; the other `values` are any of
    CHANGEABLE; `custom` own fields by key, which where it is None nobody is asked for. Raises ValidationError by field.
    """
    owner = owner or actor
    meeting = Meeting(
        owner=owner, team=owner.team, source=source, created_by=None if actor.is_system else actor
    )
    meeting.uid = uid or meeting.uid
    if customer is not None:
        is_person = isinstance(customer, Contact)
        values |= {"contact": customer, "company": customer.company} if is_person else {"company": customer}  # type: ignore[union-attr]
    given = {"title": title, "starts_at": starts_at, "ends_at": ends_at, **values}
    _set(meeting, given | {"time_zone": time_zone or owner.time_zone})
    if custom is not None:
        write_custom(meeting, checked_custom(KIND, custom, actor, is_new=True), kind=KIND)
    meeting.save(force_insert=True)
    _invite(meeting, people or People())
    tell(meeting, "created", MeetingPlanned(**facts_of(meeting)), actor=actor)
    tell_guests(meeting)
    return meeting


@action("calendars.change_meeting")
def change_meeting(
    meeting: Meeting,
    *,
    actor: User,
    people: People | None = None,
    expected_version: int | None = None,
    custom: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Meeting:
    """Change any of CHANGEABLE, `custom` (by key) and who takes part; a meeting at another time counts as moved.

    Of a series all are changed, and occurrences that were changed by themselves move along. Raises ValidationError by field, and
    EditConflict when `expected_version` is no longer the newest.
    """
    locked = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if expected_version is not None and locked.version != expected_version:
        raise EditConflict(locked.version, {}, {}, changes)
    before = {name: getattr(locked, name) for name in changes}
    old_wall, old_zone = locked.first_wall, locked.zone
    _set(locked, changes)
    if locked.rule and "starts_at" in changes and "rule" not in changes:
        _turn(locked, old_wall)
    if "owner" in changes:
        locked.team = locked.owner.team
    changed = {
        name: (old, getattr(locked, name)) for name, old in before.items() if old != getattr(locked, name)
    }
    changed |= write_custom(locked, checked_custom(KIND, custom or {}, actor, is_new=False), kind=KIND)
    people_changed, gone = _invite(locked, people or People())
    if not (changed or people_changed):
        return locked
    if locked.rule and {"starts_at", "time_zone"} & changed.keys():
        keep_exceptions(locked, locked, old_zone, locked.first_wall - old_wall)
    locked.version += 1
    is_moved = bool(_ANNOUNCED & changed.keys())
    locked.sequence += 1 if is_moved else 0
    locked.save()
    follow_meeting(locked)
    _tell_change(locked, changed, actor)
    gone += _former_customer(locked, changed)
    tell_guests(locked, is_moved=is_moved, gone=gone)
    if is_moved and (booking := booking_of(locked)):
        tell_booking(booking, MOVED, actor=actor)
    meeting.refresh_from_db()
    return meeting


def _turn(series: Meeting, old_wall: datetime) -> None:
    """Moved to another day, a series of certain weekdays takes place on days as much later."""
    rule = series.repetition
    if rule is not None:
        text = turned(rule, (series.first_wall.date() - old_wall.date()).days).text()
        series.rule = series.rule if text == rule.text() else text


def _tell_change(meeting: Meeting, changed: Mapping[str, tuple[Any, Any]], actor: User) -> None:
    plain = {name: (_plain(old), _plain(new)) for name, (old, new) in changed.items()}
    if meeting.is_private:
        hidden = [name for name in plain if name in (*_TEXTS, "note") or name.startswith("custom.")]
        plain |= dict.fromkeys(hidden, ("–", "–"))
    if {"starts_at", "ends_at"} & changed.keys():
        was_at = changed.get("starts_at", (meeting.starts_at, None))[0]
        moved = MeetingMoved(**facts_of(meeting), was_at=was_at.isoformat())
        tell(meeting, "moved", moved, actor=actor, changes=plain)
        return
    event = MeetingChanged(**facts_of(meeting), fields=sorted(changed) or ["people"])
    tell(meeting, "changed", event, actor=actor, changes=plain)


def _set(meeting: Meeting, values: Mapping[str, Any]) -> None:
    unknown = values.keys() - {*CHANGEABLE}
    if unknown:
        raise TypeError(f"a meeting has no {sorted(unknown)[0]!r}")
    problems: dict[str, Any] = {}
    for name, value in values.items():
        try:
            setattr(meeting, name, _cleaned(name, value))
        except ValidationError as problem:
            problems[name] = problem
    if not problems:
        problems = _faults(meeting)
    if problems:
        raise ValidationError(problems)
    rule = meeting.repetition
    last = last_start(rule, meeting.first_wall, meeting.zone) if rule else None
    meeting.recurs_until = last + meeting.length if last else None


def _cleaned(name: str, value: Any) -> Any:
    if name in _TEXTS:
        return clean_line(value or "", _TEXTS[name])
    if name == "note":
        return clean_block(value or "")
    if name == "time_zone":
        return zone_for(value or "").key
    return value or "" if name == "rule" else value


def _faults(meeting: Meeting) -> dict[str, Any]:
    faults: dict[str, Any] = {}
    if not meeting.title:
        faults["title"] = _("Say what the meeting is about.")
    if meeting.kind not in Meeting.Kind.values:
        faults["kind"] = _("Choose one of the list.")
    if meeting.link and not is_safe_link(meeting.link):
        faults["link"] = _(
            "This is not a web address. It begins with https://, for example https://example.com/room."
        )
    if not 1971 <= meeting.starts_at.year <= 2199:
        faults["starts_at"] = _("The year must lie between %(first)s and %(last)s.") % {
            "first": 1971,
            "last": 2199,
        }
    elif meeting.ends_at <= meeting.starts_at and not meeting.is_all_day:
        faults["ends_at"] = _("It ends before it begins.")
    elif meeting.length > LONGEST:
        faults["ends_at"] = _("A meeting lasts at most %(days)d days.") % {"days": LONGEST.days}
    if not meeting.owner.is_active:
        faults["owner"] = _("%(name)s no longer works here. Choose somebody else.") % {"name": meeting.owner}
    if meeting.rule and not faults:
        try:
            meeting.rule = read_rule(meeting.rule, meeting.zone, meeting.first_wall).text()
        except ValidationError as problem:
            faults["rule"] = problem
        if meeting.series_id:
            faults["rule"] = _("This is one meeting of a series. Change the series instead.")
    return faults


def _invite(meeting: Meeting, people: People) -> tuple[bool, list[Attendee]]:
    """Make the attendees those given; whether anything changed, and who is no longer one of them."""
    wanted = _wanted(people)
    known = {_key(one): one for one in meeting.attendees.all()}
    told = {"user": people.users, "contact": people.contacts, "address": people.addresses}
    customer = ("contact", str(meeting.contact_id)) if meeting.invites else None
    gone = [
        one
        for key, one in known.items()
        if told[key[0]] is not None and key not in wanted and key != customer
    ]
    fresh = [one for key, one in wanted.items() if key not in known]
    if len(known) - len(gone) + len(fresh) > MOST_PEOPLE:
        raise ValidationError({"people": _("At most %(most)d people.") % {"most": MOST_PEOPLE}})
    Attendee.objects.filter(pk__in=[one.pk for one in gone]).delete()
    for one in fresh:
        one.meeting = meeting
    Attendee.objects.bulk_create(fresh)
    return bool(gone or fresh), gone


def _former_customer(meeting: Meeting, changed: Mapping[str, tuple[Any, Any]]) -> list[Attendee]:
    """The meeting is with somebody else now: whom it was with comes no more."""
    former = changed.get("contact", (None, None))[0]
    if former is None:
        return []
    found = list(meeting.attendees.filter(contact=former, invited_at__isnull=False))
    meeting.attendees.filter(pk__in=[one.pk for one in found]).delete()
    return found


def _wanted(people: People) -> dict[tuple[str, str], Attendee]:
    asked = [Attendee(user=one) for one in people.users or ()]
    asked += [Attendee(contact=one) for one in people.contacts or ()]
    for text in people.addresses or ():
        address = clean_line(text, 254).lower()
        try:
            validate_email(address)
        except ValidationError:
            raise ValidationError(
                {"addresses": _("“%(text)s” is not a mail address.") % {"text": address[:80]}}
            ) from None
        asked.append(Attendee(address=address))
    return {_key(one): one for one in asked}


def _key(one: Attendee) -> tuple[str, str]:
    if one.user_id:
        return "user", str(one.user_id)
    return ("contact", str(one.contact_id)) if one.contact_id else ("address", one.address)


def keep_exceptions(
    series: Meeting, now_of: Meeting, old_zone: ZoneInfo, by: timedelta, since: datetime | None = None
) -> None:
    """Occurrences of `series` that were changed by themselves stay what they are, at the place `now_of` has for them.

    `by` is how far the series moved on the wall clock.
    """
    rows = series.exceptions.filter(replaces__gte=since) if since else series.exceptions.all()
    for one in rows.order_by("-replaces" if by > timedelta(0) else "replaces"):
        assert one.replaces is not None  # every exception has it
        one.replaces = moment_repeated(wall_of(one.replaces, old_zone) + by, now_of.zone)
        one.series, one.uid = now_of, now_of.uid
        one.save(update_fields=["series", "uid", "replaces"])


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, User | Contact | Company) else value
