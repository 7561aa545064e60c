"""Telling sellers, once for each stay, which of their opportunities have stood too long in a stage."""

from __future__ import annotations

from collections import Counter

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.identity.models import User
from bandhu.platform.notifications import notify
from bandhu.sales.list_addresses import is_one_of, opportunities_where
from bandhu.sales.models import Opportunity, stale_opportunities

_TOLD = gettext_noop("%(count)s of your opportunities have been too long in their stage.")


@transaction.atomic
def tell_stale() -> int:
    """Called once a day; returns how many sellers were told. Who has none, or was told of all, hears nothing."""
    found = stale_opportunities(Opportunity.objects.filter(owner__is_active=True, deleted_at__isnull=True))
    untold = dict(found.filter(is_told=False).values_list("pk", "owner"))
    Opportunity.objects.filter(pk__in=untold).update(stale_told_at=timezone.now())
    counts = Counter(untold.values())
    for user in User.objects.filter(pk__in=counts):
        url = opportunities_where({"field": "is_stale", "op": "yes"}, is_one_of("owner", user.pk))
        notify(user, _TOLD, url=url, icon="hourglass", count=counts[user.pk])
    return len(counts)
