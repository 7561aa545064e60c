"""What is owed to customers, and until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext

from bandhu.customers.models import Company, Contact
from bandhu.customers.queries import custom_lines, hide_unseen_customers
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.interactions.models import FollowUp
from bandhu.platform.paging import Page, keyset_page
from bandhu.platform.search.texts import has_words


@dataclass
class MyDay:
    """A user's open follow-ups by urgency, each list by due time."""

    overdue: list[FollowUp] = field(default_factory=list)
    today: list[FollowUp] = field(default_factory=list)
    soon: list[FollowUp] = field(default_factory=list)
    snoozed: list[FollowUp] = field(default_factory=list)
    done_today: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.overdue or self.today or self.soon or self.snoozed)


def follow_ups(user: User) -> QuerySet[FollowUp]:
    """Every follow-up `user` may see."""
    return FollowUp.objects.visible_to(user).select_related("contact", "company", "owner")


def follow_up_for(user: User, pk: UUID) -> FollowUp:
    """One follow-up; raises OutOfReach."""
    found = follow_ups(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def follow_up_rows(user: User, *, whose: str, state: str) -> QuerySet[FollowUp]:
    """`whose`: mine, team or all; `state`: open, done or dropped."""
    return whose_follow_ups(user, follow_ups(user), whose).filter(
        state=state if state in FollowUp.State.values else FollowUp.State.OPEN
    )


def whose_follow_ups(user: User, rows: QuerySet[FollowUp], whose: str) -> QuerySet[FollowUp]:
    """Those of `rows` that are the user's own ("mine"), those of the team's branch ("team"), or all."""
    if whose == "team":
        return rows.filter(team__in=user.branch_ids())
    return rows if whose == "all" else rows.filter(owner=user)


def follow_up_shown(user: User, follow_up: FollowUp) -> dict[str, Any]:
    """What its page shows beside the form: own fields in words, and whether the user may change it. Customers out of reach are taken off it."""
    may_change = FollowUp.objects.visible_to(user, "interactions.change_follow_up").filter(pk=follow_up.pk)
    hide_unseen_customers(user, [follow_up])
    return {"fields": custom_lines(user, follow_up, "follow_up"), "may_change": may_change.exists()}


def follow_ups_saying(user: User, text: str, limit: int) -> list[FollowUp]:
    """Those in reach with every word in what is to be done: open ones first, then by due time, the latest first."""
    is_over = Case(When(state=FollowUp.State.OPEN, then=0), default=1)
    found = list(follow_ups(user).filter(has_words(text, "what")).order_by(is_over, "-due_at", "-pk")[:limit])
    hide_unseen_customers(user, found)
    return found


def follow_up_board(user: User, *, whose: str, state: str, cursor: str | None = None) -> Page:
    """A page of them by due time, the most urgent (or the latest done) first."""
    order = ["due_at"] if state == "open" else ["-due_at"]
    page = keyset_page(follow_up_rows(user, whose=whose, state=state), order, cursor=cursor)
    hide_unseen_customers(user, page.items)
    return page


def snooze_choices() -> list[tuple[str, datetime]]:
    """Usual moments to put something off to, in the reader's zone: (name, moment)."""
    now = timezone.localtime()
    morning = _midnight(now) + timedelta(days=1, hours=9)
    monday = _midnight(now) + timedelta(days=7 - now.weekday(), hours=9)
    return [
        (gettext("In three hours"), now + timedelta(hours=3)),
        (gettext("Tomorrow morning"), morning),
        (gettext("Monday morning"), monday),
        (gettext("In a week"), morning + timedelta(days=6)),
    ]


def follow_ups_of(user: User, customer: Contact | Company, *, open_only: bool = True) -> list[FollowUp]:
    """The next steps with a customer, the most urgent first."""
    which = Q(contact=customer) if isinstance(customer, Contact) else Q(company=customer)
    rows = follow_ups(user).filter(which).order_by("due_at")
    found = list(rows.filter(state=FollowUp.State.OPEN)[:50] if open_only else rows[:200])
    hide_unseen_customers(user, found)
    return found


def my_day(user: User, *, days_ahead: int = 7, limit: int = 200) -> MyDay:
    """What `user` has to do: overdue, today (in the user's zone), the next days, and what is snoozed."""
    now = timezone.localtime()
    tomorrow = _midnight(now) + timedelta(days=1)
    horizon = tomorrow + timedelta(days=days_ahead)
    mine = FollowUp.objects.filter(owner=user).select_related("contact", "company", "owner")
    day = MyDay(done_today=mine.filter(state=FollowUp.State.DONE, done_at__gte=_midnight(now)).count())
    rows = list(mine.filter(state=FollowUp.State.OPEN, due_at__lt=horizon).order_by("due_at", "id")[:limit])
    hide_unseen_customers(user, rows)
    for follow_up in rows:
        if follow_up.snoozed_until and follow_up.snoozed_until > now:
            day.snoozed.append(follow_up)
        elif follow_up.due_at < now:
            day.overdue.append(follow_up)
        elif follow_up.due_at < tomorrow:
            day.today.append(follow_up)
        else:
            day.soon.append(follow_up)
    return day


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time(), tzinfo=moment.tzinfo)
