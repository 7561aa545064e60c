"""A user's calendar on another server: connected, chosen, let go."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.calendars.caldav import CalDavError, Client
from bandhu.calendars.models import CalendarAccount
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform.audit import record_change
from bandhu.platform.queue import enqueue
from bandhu.platform.texts import clean_line
from bandhu.platform.vault import sealed, unsealed
from bandhu.platform.web_addresses import WebAddressError, allows_inside, refuse_inside

PURPOSE = "calendars.account"
# Pauses between attempts after failures: five minutes, doubled each time, up to six hours.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)


def client_of(account: CalendarAccount) -> Client:
    """Speaks with the account's server."""
    return Client(account.url, account.username, unsealed(account.password, PURPOSE))


def find_calendars(url: str, username: str, password: str) -> list[tuple[str, str]]:
    """(address, name) of the calendars there. Asks the server, so call it outside of transactions. Raises ValidationError."""
    address = clean_line(url, 2000)
    try:
        if urlsplit(address).scheme not in ("http", "https"):
            raise WebAddressError("not_a_web_address")
        if not allows_inside():
            refuse_inside(address)
        found = Client(address, clean_line(username, 200), password).calendars()
    except (WebAddressError, ValueError) as problem:
        text = getattr(problem, "message", "") or _(
            "This is not a web address. It begins with https://, for example https://example.com/room."
        )
        raise ValidationError({"url": str(text)}) from None
    except CalDavError as problem:
        raise ValidationError({"password" if problem.status == 401 else "url": problem.message}) from None
    if not found:
        raise ValidationError({"url": _("There is no calendar at this address.")})
    return found


@action("calendars.plan_meeting", on_record=False)
def connect_account(
    *, actor: User, url: str, username: str, password: str, offered: list[tuple[str, str]]
) -> CalendarAccount:
    """Remember the actor's account; a calendar is chosen next (`choose_calendar`). One there was before is let go."""
    disconnect_account(actor=actor)
    account = CalendarAccount.objects.create(
        user=actor,
        url=clean_line(url, 2000),
        username=clean_line(username, 200),
        password=sealed(password, PURPOSE),
        offered=offered,
    )
    record_change("created", actor=actor, kind="calendar_account", record_id=account.pk, title=account.url)
    return account


@action("calendars.plan_meeting", on_record=False)
def choose_calendar(*, actor: User, calendar_url: str) -> CalendarAccount:
    """Keep this one of the offered calendars the same as the actor's own; it begins at once. Raises ValidationError."""
    account = CalendarAccount.objects.select_for_update().filter(user=actor).first()
    names = dict(account.offered) if account else {}
    if account is None or calendar_url not in names:
        raise ValidationError({"calendar_url": _("Choose one of the list.")})
    account.objects_there.all().delete()
    account.calendar_url, account.calendar_name, account.sync_token = calendar_url, names[calendar_url], ""
    account.last_error, account.failures, account.next_at, account.listed_at = "", 0, None, None
    account.deletions_held = False
    account.save()
    record_change("changed", actor=actor, kind="calendar_account", record_id=account.pk, title=str(account))
    queue_sync(account)
    return account


@action("calendars.plan_meeting", on_record=False)
def disconnect_account(*, actor: User) -> None:
    """Forget the actor's account and its password. Meetings stay on both sides."""
    for account in CalendarAccount.objects.filter(user=actor):
        record_change(
            "deleted", actor=actor, kind="calendar_account", record_id=account.pk, title=str(account)
        )
        account.delete()


@action("calendars.plan_meeting", on_record=False)
def sync_now(*, actor: User, with_deletions: bool = False) -> None:
    """Do not wait for the clock. `with_deletions` believes a server that says that most meetings are gone."""
    account = CalendarAccount.objects.filter(user=actor).exclude(calendar_url="").first()
    if account is not None:
        queue_sync(account, with_deletions=with_deletions)


def queue_sync(account: CalendarAccount, *, with_deletions: bool = False) -> None:
    """One after the other for an account."""
    enqueue(
        "calendars.sync_account", lock=f"calendar:{account.pk}", queueing_lock=f"calendar:{account.pk}:{with_deletions}",
        account_id=str(account.pk), with_deletions=with_deletions,
    )  # fmt: skip


def queue_due_syncs() -> int:
    """Every account whose pause is over; returns how many. Called by the clock."""
    rows = CalendarAccount.objects.exclude(calendar_url="").filter(user__is_active=True)
    due = [one for one in rows if one.next_at is None or one.next_at <= timezone.now()]
    for account in due:
        queue_sync(account)
    return len(due)
