"""Reading the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from bandhu.customers.models import Company, Contact
from bandhu.customers.queries import hide_unseen_customers
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.interactions.models import Interaction, InteractionQuerySet, Participant
from bandhu.interactions.queries.saying import newest_saying, words_query
from bandhu.platform.ids import new_id
from bandhu.platform.paging import Page, keyset_page

PAGE = 25
RECENT = timedelta(hours=4)
_TOOK_PART = "SELECT 1 FROM interactions_participant WHERE contact_id = %(contact)s LIMIT 1"


@dataclass(frozen=True)
class TimelineFilter:
    """What part of a timeline: kinds, who did it, days (in the reader's zone), department, words."""

    kinds: tuple[str, ...] = ()
    actor_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    department: str = ""
    words: str = ""

    def __bool__(self) -> bool:
        return self != TimelineFilter()


def interactions(user: User) -> QuerySet[Interaction]:
    """Every interaction `user` may see, not deleted."""
    return Interaction.objects.visible_to(user)


def interaction_for(user: User, pk: UUID) -> Interaction:
    """One interaction; raises OutOfReach."""
    found = interactions(user).defer("words").filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def removed_interaction_for(user: User, pk: UUID) -> Interaction:
    """One that was taken off the timeline; raises OutOfReach."""
    rows = Interaction.objects.visible_to(user, deleted=True)
    found = rows.filter(pk=pk, deleted_at__isnull=False).first()
    if found is None:
        raise OutOfReach
    return found


def timeline(
    user: User,
    customer: Contact | Company,
    *,
    only: TimelineFilter | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
    columns: Sequence[str] = (),
) -> Page:
    """One page of a customer's timeline, newest first; with `columns` ("id" among them) its rows are dicts of those.

    `customer` came through a scoped query, so its interactions are asked for directly: its timeline is seen by
    whoever sees it and may see interactions at all.
    """
    if not user.holds("interactions.view_interaction"):
        return Page([], "", "")
    rows: QuerySet[Any] = _of(customer).for_eyes_of(user).filter(deleted_at__isnull=True)
    rows = filtered(rows, only or TimelineFilter())
    rows = rows.values(*columns) if columns else rows.defer("words")
    return keyset_page(rows, ["-id"], cursor=cursor, limit=limit)


def touched_recently(
    user: User, customer: Contact | Company, *, page: Page | None = None
) -> Interaction | None:
    """The newest exchange of the last hours by a colleague, so that two do not chase one customer.

    `page` is the first page of the whole timeline, where it was read already: mostly it reaches back far enough.
    """
    since = timezone.now() - RECENT
    if page is not None:
        fitting = (one for one in page.items if one.occurred_at >= since and _by_a_colleague(one, user))
        found = next(fitting, None)
        if found or not page.next or page.items[-1].occurred_at < since:
            return found
    if not user.holds("interactions.view_interaction"):
        return None
    return (
        _of(customer)
        .for_eyes_of(user)
        .filter(deleted_at__isnull=True, id__gte=_floor_id(since), direction="out")
        .exclude(actor=user)
        .exclude(actor__isnull=True)
        .select_related("actor")
        .order_by("-id")
        .first()
    )


def _by_a_colleague(entry: Interaction, user: User) -> bool:
    return entry.direction == "out" and entry.actor_id not in (None, user.pk)


# What a passage is shown with, whose it is, and what decides whether that is seen.
_SAID = (
    *("subject", "body", "is_html"),
    *("contact__full_name", "contact__deleted_at", "contact__owner", "contact__team"),
    *("company__name", "company__deleted_at", "company__owner", "company__team"),
)


def interactions_saying(user: User, text: str, limit: int = 10) -> list[Interaction]:
    """The newest exchanges in reach with all these words, the last perhaps unfinished; none of customers in the bin."""
    if not user.holds("interactions.view_interaction"):
        return []
    newest = newest_saying(interactions(user), text, limit)
    if not newest:
        return []
    rows = Interaction.objects.filter(pk__in=newest).select_related("contact", "company")
    found = list(rows.only(*_SAID).order_by("-id"))
    hide_unseen_customers(user, found)
    return [one for one in found if (customer := one.contact or one.company) and not customer.deleted_at]


def people_on_timeline(user: User, customer: Contact | Company) -> list[User]:
    """The colleagues who appear on this timeline, by name: the choices of its filter."""
    if not user.holds("interactions.view_interaction"):
        return []
    actors = _of(customer).for_eyes_of(user).filter(actor__isnull=False).order_by().values("actor").distinct()
    return list(User.objects.filter(pk__in=actors).order_by("full_name")[:50])


def _of(customer: Contact | Company) -> InteractionQuerySet:
    if isinstance(customer, Company):
        return Interaction.objects.filter(company_id=customer.pk)
    with connection.cursor() as cursor:
        cursor.execute(_TOOK_PART, {"contact": customer.pk})
        if cursor.fetchone() is None:  # nearly always: then one index gives the page
            return Interaction.objects.filter(contact_id=customer.pk)
    took_part = Participant.objects.filter(contact_id=customer.pk)
    return Interaction.objects.filter(
        Q(contact_id=customer.pk) | Q(pk__in=took_part.values("interaction_id"))
    )


def filtered(rows: QuerySet[Interaction], only: TimelineFilter) -> QuerySet[Interaction]:
    """Those of `rows` that the filter wants."""
    if only.kinds:
        rows = rows.filter(kind__in=only.kinds)
    if only.actor_id:
        rows = rows.filter(actor_id=only.actor_id)
    if only.department:
        rows = rows.filter(department=only.department)
    if only.since:
        rows = rows.filter(id__gte=_floor_id(_midnight(only.since)))
    if only.until:
        rows = rows.filter(id__lt=_floor_id(_midnight(only.until) + timedelta(days=1)))
    if only.words.strip():
        rows = rows.filter(words=words_query(only.words))
    return rows


def _midnight(day: date) -> datetime:
    """Of a day that ids can carry: anything said lies between the two ends."""
    day = min(max(day, date(1970, 1, 2)), date(2999, 1, 1))
    return timezone.make_aware(datetime.combine(day, time()), timezone.get_current_timezone())


def _floor_id(moment: datetime) -> UUID:
    """The smallest id of that millisecond: ids carry the time, so partitions are left out early."""
    return UUID(int=new_id(moment).int >> 80 << 80)
