"""Keeping a calendar here and one elsewhere the same.

Each file there and its meeting agree in a `RemoteObject`: the server's text and our version. Whichever differs from it since has
changed. If both have, the later change wins and the loser is kept in the audit trail. Every file is one transaction, calls are made
outside of them, and each step may be repeated: a sync that breaks off anywhere goes on with the next one.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bandhu.calendars.actions.accounts import FIRST_PAUSE, LONGEST_PAUSE, client_of
from bandhu.calendars.actions.outcomes import cancel_meeting
from bandhu.calendars.actions.taking_over import take_over
from bandhu.calendars.caldav import (
    CalDavError,
    Changes,
    Clash,
    Client,
    DeletionsHeld,
    RemoteFile,
    new_href,
)
from bandhu.calendars.ics_reading import Found, read_calendar
from bandhu.calendars.ics_writing import text_over
from bandhu.calendars.models import CalendarAccount, Meeting, RemoteObject
from bandhu.calendars.wall_clock import zone_for
from bandhu.platform.audit import record_change
from bandhu.platform.live import hint

BACK = timedelta(days=30)
# Once a day everything is listed, whatever the server says has changed since.
LIST_AFTER = timedelta(days=1)
# So many may vanish at once before somebody is asked.
FEW, SHARE = 10, 0.5
# What a server answers about one file: the others are written all the same.
_OF_ONE = {400, 403, 405, 409, 412, 413, 415, 422}
_COMPARED = ("title", "starts_at", "ends_at", "rule", "place", "note", "state")


def sync_account(account_id: UUID, *, with_deletions: bool = False) -> None:
    """Bring both sides together; what stands in the way is written on the account. Called by the job; safe to repeat."""
    account = (
        CalendarAccount.objects.filter(pk=account_id, user__is_active=True)
        .exclude(calendar_url="")
        .select_related("user")
        .first()
    )
    if account is None:
        return
    with translation.override(account.user.language):
        try:
            _pull(account, with_deletions)
            _push(account)
        except CalDavError as problem:
            _note_failure(account, problem.message, held=isinstance(problem, DeletionsHeld))
        except (PermissionDenied, Http404) as problem:
            _note_failure(account, str(problem) or _("You may no longer plan meetings."))
        else:
            _note_success(account)


def _pull(account: CalendarAccount, with_deletions: bool) -> None:
    client = client_of(account)
    is_due = account.listed_at is None or account.listed_at <= timezone.now() - LIST_AFTER
    changes = client.changes(account.calendar_url, "" if is_due else account.sync_token)
    known = {one.href: one for one in account.objects_there.all()}
    if changes.is_whole:
        changes.gone = [href for href in known if href not in changes.changed]
    wanted = [
        href
        for href, etag in changes.changed.items()
        if not etag or href not in known or known[href].etag != etag
    ]
    for file in client.files(account.calendar_url, wanted):
        take_file(account, file, gone=frozenset(changes.gone))
    _take_deletions(
        account, client, [href for href in changes.gone if href in known], len(known), with_deletions
    )
    _remember(account, changes)


def _remember(account: CalendarAccount, changes: Changes) -> None:
    account.sync_token = changes.token
    if changes.is_whole:
        account.listed_at = timezone.now()
    account.save(update_fields=["sync_token", "listed_at"])


def take_file(account: CalendarAccount, file: RemoteFile, *, gone: frozenset[str] = frozenset()) -> None:
    """What stands in a file there becomes the meeting here, unless ours was changed later. A file that is not understood is left alone."""
    group, fault = _understood(file.text, account)
    with transaction.atomic():
        CalendarAccount.objects.select_for_update().get(pk=account.pk)
        there = account.objects_there.filter(href=file.href).select_related("meeting").first()
        there = there or RemoteObject(account=account, href=file.href)
        if there.pk and there.text == file.text:
            there.etag = file.etag
            there.save(update_fields=["etag"])
            return
        if group:
            meeting = (
                there.meeting
                or Meeting.objects.filter(owner=account.user, uid=group[0].uid, series=None).first()
            )
            fault = _renamed(account, there, meeting, gone) or _settle(account, there, meeting, group)
        there.etag, there.text, there.fault = file.etag, file.text, fault[:500]
        there.save()


def _renamed(
    account: CalendarAccount, there: RemoteObject, meeting: Meeting | None, gone: frozenset[str]
) -> str:
    """A meeting that was in another file: of a file that is gone this one takes the place; two at once cannot be shown."""
    other = (
        account.objects_there.filter(meeting=meeting).exclude(href=there.href).first() if meeting else None
    )
    if other is None:
        return ""
    if other.href not in gone:
        return _("This meeting stands in the calendar there twice.")
    there.version = other.version
    other.delete()
    return ""


def _settle(
    account: CalendarAccount, there: RemoteObject, meeting: Meeting | None, group: list[Found]
) -> str:
    """Take over theirs, or leave ours to be written; returns why neither can be."""
    theirs_at = max((one.modified_at for one in group if one.modified_at), default=timezone.now())
    ours_changed = meeting is not None and meeting.version != there.version
    if meeting is not None and ours_changed:
        ours_later = meeting.updated_at > theirs_at
        _keep_loser(account, meeting, group[0], ours_later)
        if ours_later:
            there.meeting = meeting
            return ""
    try:
        with transaction.atomic():
            taken = take_over(group, meeting, owner=account.user, actor=account.user, source="caldav")
    except ValidationError as problem:
        return " ".join(problem.messages)
    if taken is not None:
        taken.refresh_from_db()
        there.meeting, there.version = taken, taken.version
    return ""


def _keep_loser(account: CalendarAccount, meeting: Meeting, found: Found, ours_later: bool) -> None:
    ours = {name: getattr(meeting, name) for name in _COMPARED}
    theirs = {name: getattr(found, name, "") for name in _COMPARED if name != "state"}
    theirs["state"] = Meeting.State.CANCELLED if found.is_cancelled else Meeting.State.PLANNED
    lost, won = (theirs, ours) if ours_later else (ours, theirs)
    pairs = {name: (lost[name], won[name]) for name in _COMPARED if lost[name] != won[name]}
    if meeting.is_private:
        pairs = {name: pair for name, pair in pairs.items() if name not in ("title", "place", "note")}
    if pairs:
        title = "–" if meeting.is_private else meeting.title
        record_change(
            "conflict", actor=account.user, kind="meeting", record_id=meeting.pk, title=title, changes=pairs
        )


def _understood(text: str, account: CalendarAccount) -> tuple[list[Found], str]:
    zone = ZoneInfo(zone_for(account.user.time_zone).key)
    try:
        reading = read_calendar(text.encode("utf-8", "replace"), zone)
    except ValidationError as problem:
        return [], " ".join(problem.messages)
    if reading.faults:
        return [], reading.faults[0][1]
    if len(reading.groups) != 1:
        return [], _("This file does not hold exactly one meeting.")
    [group] = reading.groups.values()
    return group, ""


def _take_deletions(
    account: CalendarAccount, client: Client, gone: list[str], known: int, with_deletions: bool
) -> None:
    """Each is asked for once more: a list can lie. If most are gone at once, a person decides."""
    vanished = [href for href in gone if client.get(href) is None]
    if not with_deletions and len(vanished) > FEW and len(vanished) > known * SHARE:
        raise DeletionsHeld(
            _(
                "The server says that %(gone)d of %(all)d meetings are gone. Nothing was changed here. If that is right, take the deletions over."
            )
            % {"gone": len(vanished), "all": known}
        )
    for href in vanished:
        with transaction.atomic():
            there = (
                account.objects_there.select_for_update(of=("self",))
                .filter(href=href)
                .select_related("meeting")
                .first()
            )
            if there is None:
                continue
            meeting, version = there.meeting, there.version
            there.delete()
            if meeting is None or meeting.state != Meeting.State.PLANNED:
                continue
            if meeting.version == version:
                cancel_meeting(meeting, actor=account.user, reason=_("Deleted in the other calendar"))
            else:  # changed here since: it is written there anew
                changes = {"state": ("deleted", meeting.state)}
                record_change(
                    "conflict",
                    actor=account.user,
                    kind="meeting",
                    record_id=meeting.pk,
                    title="",
                    changes=changes,
                )


def _push(account: CalendarAccount) -> None:
    client = client_of(account)
    there = {one.meeting_id: one for one in account.objects_there.filter(meeting__isnull=False)}
    near = Q(ends_at__gte=timezone.now() - BACK) | (
        ~Q(rule="") & (Q(recurs_until=None) | Q(recurs_until__gte=timezone.now() - BACK))
    )
    mine = Meeting.objects.filter(owner=account.user, series=None).filter(near | Q(pk__in=list(there)))
    refusal: CalDavError | None = None
    for meeting in mine.order_by("pk"):
        known = there.get(meeting.pk)
        if known is not None and known.version == meeting.version:
            continue
        try:
            _push_one(account, client, known, meeting)
        except CalDavError as problem:
            if problem.status not in _OF_ONE:
                raise
            refusal = refusal or CalDavError(f"{problem.message} ({meeting.title[:80]})", problem.status)
    if refusal is not None:
        raise refusal


def _push_one(account: CalendarAccount, client: Client, known: RemoteObject | None, meeting: Meeting) -> None:
    if meeting.state == Meeting.State.CANCELLED:
        _push_deletion(account, client, known, meeting)
    elif known is not None:
        _push_change(account, client, known, meeting)
    elif meeting.state == Meeting.State.PLANNED:
        _push_new(account, client, meeting)


def _push_new(account: CalendarAccount, client: Client, meeting: Meeting) -> None:
    href, text = new_href(account.calendar_url, meeting.uid), text_over(meeting, "")
    try:
        etag = client.put(href, text, etag=None)
    except Clash:  # an attempt before arrived after all, or the other side made the same
        _take_again(account, client, href)
        return
    _agree(account, client, RemoteObject(account=account, href=href), meeting, etag, text)


def _push_change(account: CalendarAccount, client: Client, known: RemoteObject, meeting: Meeting) -> None:
    text = text_over(meeting, known.text)
    try:
        etag = client.put(known.href, text, etag=known.etag)
    except Clash:
        fresh = client.get(known.href)
        if fresh is None:  # gone there: the next listing says so
            return
        if fresh.text != known.text:
            take_file(account, fresh)
            return
        etag = client.put(known.href, text, etag=fresh.etag)  # the same text under another name
    _agree(account, client, known, meeting, etag, text)


def _push_deletion(
    account: CalendarAccount, client: Client, known: RemoteObject | None, meeting: Meeting
) -> None:
    if known is None:
        return
    try:
        client.delete(known.href, known.etag)
    except Clash:
        _take_again(account, client, known.href)
        return
    known.delete()


def _take_again(account: CalendarAccount, client: Client, href: str) -> None:
    fresh = client.get(href)
    if fresh is not None:
        take_file(account, fresh)


def _agree(
    account: CalendarAccount, client: Client, there: RemoteObject, meeting: Meeting, etag: str, text: bytes
) -> None:
    """Write down what both sides have now: as the server keeps it, which may not be as we sent it."""
    kept = client.get(there.href)
    there.meeting, there.version, there.fault = meeting, meeting.version, ""
    there.etag, there.text = etag, text.decode()
    if kept is not None and (
        not etag or kept.etag == etag
    ):  # else somebody changed it at once: the next listing brings it
        there.etag, there.text = kept.etag, kept.text
    there.save()


def _note_failure(account: CalendarAccount, text: str, *, held: bool = False) -> None:
    account.failures = min(account.failures + 1, 1000)
    pause = min(FIRST_PAUSE * 2 ** min(account.failures - 1, 10), LONGEST_PAUSE)
    account.last_error, account.next_at = text[:500], timezone.now() + pause
    account.deletions_held = held
    account.save(update_fields=["failures", "last_error", "deletions_held", "next_at"])
    hint(f"user:{account.user_id}")


def _note_success(account: CalendarAccount) -> None:
    account.failures, account.last_error, account.next_at, account.synced_at = 0, "", None, timezone.now()
    account.deletions_held = False
    account.save(update_fields=["failures", "last_error", "deletions_held", "next_at", "synced_at"])
    hint(f"user:{account.user_id}")
