"""What somebody is to us, when what happened says so."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from bandhu.customers.actions.writing import change
from bandhu.customers.models import Company, Contact, Lifecycle

# A former customer is so by somebody's word; that is not taken back by an old bill being paid.
_BEFORE = (Lifecycle.PROSPECT, Lifecycle.LEAD)


@transaction.atomic
def make_customers(*, actor: Any, contact_id: Any = None, company_id: Any = None) -> None:
    """They bought: whoever of the two was a prospect or a lead is a customer now. Anything else stays as it is."""
    for model, pk in ((Contact, contact_id), (Company, company_id)):
        rows: Any = model.objects.filter(pk=pk, lifecycle__in=_BEFORE, deleted_at__isnull=True)
        found = rows.select_for_update(of=("self",)).first() if pk else None
        if found is not None:
            change(found, {"lifecycle": Lifecycle.CUSTOMER}, actor=actor, version=None)
