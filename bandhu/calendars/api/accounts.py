"""REST: one's own calendar on another server (CalDAV). A password goes in and never comes out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.calendars import actions, queries
from bandhu.calendars.models import CalendarAccount
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import Given, YesNo, answers

router = Router(tags=["calendar"])
PLAN = "calendars.plan_meeting"
_MINE = "/me/calendar-account"


class OfferedCalendarOut(Schema):
    """A calendar that the server has."""

    url: str
    name: str


class CalendarAccountOut(Schema):
    """`calendar_url` "" until one of `offered` is chosen. `last_error` says why the last try failed, `next_at` when it is tried again.

    `deletions_held`: it failed because most meetings were said to be gone, which `with_deletions` takes over.
    """

    host: str
    username: str
    offered: list[OfferedCalendarOut]
    calendar_url: str
    calendar_name: str
    synced_at: datetime | None
    last_error: str
    deletions_held: bool
    failures: int
    next_at: datetime | None

    @staticmethod
    def resolve_host(account: CalendarAccount) -> str:
        return urlsplit(account.url).hostname or ""

    @staticmethod
    def resolve_offered(account: CalendarAccount) -> list[dict[str, str]]:
        return [{"url": url, "name": name} for url, name in account.offered]


class CalendarAccountIn(Given):
    """Better a password for this program alone, if the server can make one."""

    url: str = Field(min_length=1, max_length=2000)
    username: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=500)


class CalendarChoiceIn(Given):
    """One of those that were offered."""

    calendar_url: str = Field(max_length=2000)


class SyncIn(Given):
    """`with_deletions` believes a server that says that most meetings are gone."""

    with_deletions: YesNo = False


@router.get(_MINE, response=answers(CalendarAccountOut))
def get_calendar_account(request: HttpRequest) -> Any:
    """Yours; 404 where none is connected."""
    return _mine(request)


@router.put(_MINE, response=answers(CalendarAccountOut))
def connect_calendar_account(request: HttpRequest, payload: CalendarAccountIn) -> Any:
    """Ask the server which calendars there are, and connect it in the place of another. The only calendar is chosen at once."""
    require_anywhere(request.user, PLAN)
    given = payload.dict()
    offered = actions.find_calendars(**given)
    actions.connect_account(actor=request.user, offered=offered, **given)
    if len(offered) == 1:
        actions.choose_calendar(actor=request.user, calendar_url=offered[0][0])
    return _mine(request)


@router.delete(_MINE, response=answers(None, 204))
def disconnect_calendar_account(request: HttpRequest) -> Any:
    """Forget it and its password; meetings stay on both sides."""
    actions.disconnect_account(actor=request.user)
    return Status(204, None)


@router.put(f"{_MINE}/calendar", response=answers(CalendarAccountOut))
def choose_calendar(request: HttpRequest, payload: CalendarChoiceIn) -> Any:
    """Keep this calendar the same as yours; it begins at once."""
    actions.choose_calendar(actor=request.user, calendar_url=payload.calendar_url)
    return _mine(request)


@router.post(f"{_MINE}/sync", response=answers(CalendarAccountOut, 202))
def sync_calendar_account(request: HttpRequest, payload: SyncIn) -> Any:
    """Now, not only in a few minutes."""
    require_anywhere(request.user, PLAN)
    found = _mine(request)
    actions.sync_now(actor=request.user, with_deletions=payload.with_deletions)
    return Status(202, found)


def _mine(request: HttpRequest) -> CalendarAccount:
    require_anywhere(request.user, PLAN)
    found = queries.account_of(request.user)
    if found is None:
        raise OutOfReach
    return found
