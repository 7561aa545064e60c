"""Sequences, and how far contacts have come in them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bandhu.customers.models import Contact
from bandhu.customers.queries import hide_unseen_customers
from bandhu.identity.results import OutOfReach
from bandhu.sales.models import Enrolment, Sequence

RUNNING = (Enrolment.State.RUNNING, Enrolment.State.PAUSED)


def sequences(user: Any, *, in_use: bool = False) -> QuerySet[Sequence]:
    """All of them, with how many contacts within the user's reach are under way, answered and finished."""
    seen = Q(enrolments__in=enrolments(user))
    counted = Sequence.objects.annotate(
        under_way=Count("enrolments", filter=seen & Q(enrolments__state__in=RUNNING)),
        answered=Count("enrolments", filter=seen & Q(enrolments__reason=Enrolment.Reason.ANSWERED)),
        ended=Count("enrolments", filter=seen & Q(enrolments__state=Enrolment.State.FINISHED)),
    )
    return counted.filter(is_active=True) if in_use else counted


def sequence_for(user: Any, pk: UUID | str) -> Sequence:
    """One with its steps; raises OutOfReach."""
    found = Sequence.objects.prefetch_related("steps__template").filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def enrolments(user: Any) -> QuerySet[Enrolment]:
    """Those within reach, of contacts that are not in the bin."""
    return Enrolment.objects.visible_to(user).filter(contact__deleted_at__isnull=True)


def enrolment_for(user: Any, pk: UUID | str) -> Enrolment:
    """One; raises OutOfReach."""
    found = enrolments(user).select_related("sequence", "contact", "owner").filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def enrolments_in(user: Any, sequence: Sequence, limit: int = 200) -> list[Enrolment]:
    """The newest of a sequence, without contacts the user may not see."""
    rows = enrolments(user).filter(sequence=sequence).select_related("contact", "owner")
    found = list(rows.prefetch_related("taken__mail")[:limit])
    hide_unseen_contacts(user, found)
    return found


def enrolments_of(user: Any, contact: Contact) -> list[Enrolment]:
    """Of one contact, the newest first."""
    rows = enrolments(user).filter(contact=contact.pk)
    return list(rows.select_related("sequence", "owner").prefetch_related("taken__mail")[:20])


def hide_unseen_contacts(user: Any, found: list[Enrolment]) -> None:
    """Enrolments have no company of their own; else as `hide_unseen_customers`."""
    for one in found:
        one.company = None  # type: ignore[attr-defined]
    hide_unseen_customers(user, found)
