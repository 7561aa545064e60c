"""What the home page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers import queries as customers
from bandhu.interactions import queries as interactions
from bandhu.platform.registries import Figure, home_figures

if TYPE_CHECKING:
    from bandhu.identity.models import User

# Counting further costs time and tells nobody more.
COUNT_LIMIT = 10_000


@dataclass(frozen=True)
class FirstStep:
    """Something to do in a house that is still empty."""

    title: str
    text: str
    icon: str
    url: str


def greeting(user: User) -> str:
    """By the hour of the reader's day, as a whole sentence."""
    hour = timezone.localtime().hour
    name = {"name": user.full_name}
    if hour < 4 or hour >= 21:
        return _("Good night, %(name)s") % name
    if hour < 12:
        return _("Good morning, %(name)s") % name
    if hour < 17:
        return _("Good afternoon, %(name)s") % name
    return _("Good evening, %(name)s") % name


def figures(user: User, day: interactions.MyDay) -> list[Figure]:
    """The numbers that matter to this user's role."""
    found = [
        Figure(
            _("Overdue"),
            len(day.overdue),
            "clock-alert",
            reverse("interactions:follow_ups"),
            "danger" if day.overdue else "neutral",
        ),
        Figure(_("Due today"), len(day.today), "calendar-check", reverse("interactions:follow_ups")),
        Figure(
            _("Done today"),
            day.done_today,
            "circle-check-big",
            reverse("interactions:follow_ups") + "?state=done",
            "success" if day.done_today else "neutral",
        ),
    ]
    if user.holds("customers.view_contact"):
        found.append(_new_contacts(user))
    return [*found, *(figure for make in home_figures for figure in make(user))]


def _new_contacts(user: User) -> Figure:
    since = timezone.now() - timedelta(days=30)
    count, capped = _capped(customers.contacts(user).filter(created_at__gte=since))
    url = reverse("customers:contacts")
    return Figure(_("New contacts in 30 days"), count, "user-plus", url, capped=capped)


def first_steps(user: User) -> list[FirstStep]:
    """What to do next while there are no contacts; empty afterwards."""
    if not user.holds("customers.view_contact") or customers.contacts(user).exists():
        return []
    steps = []
    if user.holds("customers.import_contacts"):
        steps.append(
            FirstStep(
                _("Bring your customers"),
                _("A spreadsheet, or an export of the system you used before. You can take it back."),
                "file-up",
                reverse("customers:imports"),
            )
        )
    if user.holds("customers.create_contact"):
        steps.append(
            FirstStep(
                _("Write down the first one"),
                _("A name and a phone number are enough."),
                "user-plus",
                reverse("customers:contact_new"),
            )
        )
    if user.holds("identity.manage_users"):
        steps.append(
            FirstStep(
                _("Invite your colleagues"),
                _("Each gets a role that says what they see and may do."),
                "users",
                reverse("identity:users"),
            )
        )
    return steps


def recently_touched(user: User, limit: int = 6) -> list[Any]:
    """The customers with the newest exchanges, of those in reach."""
    if not user.holds("customers.view_contact"):
        return []
    rows = customers.contacts(user).filter(last_touched_at__isnull=False)
    return list(rows.select_related("company", "last_touched_by").order_by("-last_touched_at")[:limit])


def _capped(rows: QuerySet) -> tuple[int, bool]:
    count = rows[: COUNT_LIMIT + 1].count()
    return min(count, COUNT_LIMIT), count > COUNT_LIMIT
