"""Reading meetings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from bandhu.calendars.models import Meeting
from bandhu.customers.models import Company, Contact
from bandhu.customers.queries import hide_unseen_customers
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.platform.record_kinds import record_for, record_kinds

VIEW = "calendars.view_meeting"


def in_reach(user: User, permission: str = VIEW) -> QuerySet[Meeting]:
    """Every meeting `user` may know of, each once, private ones of others too: whoever shows those says no more than "busy"."""
    if user.holds_on_all(permission):
        return Meeting.objects.all()
    # Those who take part are joined: a meeting of two would come twice.
    return Meeting.objects.filter(pk__in=Meeting.objects.visible_to(user, permission).values("pk"))


def meetings(user: User, permission: str = VIEW) -> QuerySet[Meeting]:
    """Every meeting `user` may read (or may do `permission` to): private ones are read by their owner and by who takes part."""
    mine = Q(owner=user) | Q(pk__in=Meeting.objects.filter(attendees__user=user).values("pk"))
    return in_reach(user, permission).filter(Q(is_private=False) | mine)


def meeting_for(user: User, pk: UUID) -> Meeting:
    """One meeting; raises OutOfReach."""
    found = meetings(user).filter(pk=pk).select_related("contact", "company", "owner", "series").first()
    if found is None:
        raise OutOfReach
    return found


def meetings_of(user: User, customer: Contact | Company, *, most: int = 50) -> list[Meeting]:
    """Meetings with a customer that are still to come or were not closed, then the last that were held; cancelled ones left out."""
    took_part = Meeting.objects.filter(attendees__contact=customer.pk).values("pk")
    which = (
        Q(contact=customer) | Q(pk__in=took_part) if isinstance(customer, Contact) else Q(company=customer)
    )
    return _listed(user, meetings(user).filter(which), most)


def meetings_about(user: User, kind: str, pk: UUID, *, most: int = 50) -> list[Meeting]:
    """The same for a record of an app above, such as an opportunity."""
    return _listed(user, meetings(user).filter(about_kind=kind, about_id=pk), most)


def _listed(user: User, rows: QuerySet[Meeting], most: int) -> list[Meeting]:
    rows = rows.exclude(state=Meeting.State.CANCELLED).select_related("contact", "company", "owner")
    open_ones = list(rows.filter(state=Meeting.State.PLANNED).order_by("starts_at")[:most])
    held = rows.filter(state=Meeting.State.HELD, starts_at__gte=timezone.now() - timedelta(days=366))
    found = [*open_ones, *held.order_by("-starts_at")[:10]]
    hide_unseen_customers(user, found)
    return found


def customers_seen(user: User, meeting: Meeting) -> dict[str, Contact | Company]:
    """The contact and the company of a meeting, as far as the user may see them."""
    shown = Meeting(contact=meeting.contact, company=meeting.company)
    hide_unseen_customers(user, [shown])
    return {kind: one for kind in ("contact", "company") if (one := getattr(shown, kind)) is not None}


def may_change(user: User, meeting: Meeting) -> bool:
    """Whether the user may change, move or cancel it."""
    return in_reach(user, "calendars.change_meeting").filter(pk=meeting.pk).exists()


def about_for(user: User, text: str) -> dict[str, Any]:
    """The record of an app above that "opportunity:<id>" names, as `plan_meeting` takes it; nothing for one out of reach."""
    kind, _colon, pk = text.partition(":")
    try:
        found = record_for(user, kind, UUID(pk)) if kind in record_kinds else None
    except ValueError:
        return {}
    return {"about_kind": kind, "about_id": found.pk} if found else {}
