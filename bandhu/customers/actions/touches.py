"""What the timeline tells the customer record: who had contact last, and when something is due.

No permission of their own: they are steps of actions that have been authorised (logging an interaction). They
change no version, since nobody edits these columns.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from bandhu.customers.models import Company, Contact
from bandhu.platform import live


def touch_customer(
    *, contact_id: UUID | None = None, company_id: UUID | None = None, at: datetime, by: Any
) -> None:
    """Note the latest contact; an older moment than the one known changes nothing. A contact touches its company too."""
    newer = Q(last_touched_at__isnull=True) | Q(last_touched_at__lt=at)
    if contact_id:
        Contact.objects.filter(newer, pk=contact_id).update(last_touched_at=at, last_touched_by=by)
    companies = Company.objects.filter(newer)
    if company_id:
        companies = companies.filter(pk=company_id)
    elif contact_id:
        companies = companies.filter(pk__in=Contact.objects.filter(pk=contact_id).values("company_id"))
    else:
        return
    companies.update(last_touched_at=at, last_touched_by=by)
    live.hint(*(f"{kind}:{pk}" for kind, pk in (("contact", contact_id), ("company", company_id)) if pk))


def plan_next_step(
    *, contact_id: UUID | None = None, company_id: UUID | None = None, due_at: datetime | None
) -> None:
    """Set when the next open follow-up is due; None when nothing is open."""
    if contact_id:
        Contact.objects.filter(pk=contact_id).update(next_step_due_at=due_at)
        live.hint(f"contact:{contact_id}")
    if company_id:
        Company.objects.filter(pk=company_id).update(next_step_due_at=due_at)
        live.hint(f"company:{company_id}")
