"""Leads that no rule gives to anybody wait where only a wide reach sees them: whoever looks after the rules is told."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from bandhu.identity.models import User
from bandhu.platform.models import Notification
from bandhu.platform.notifications import notify
from bandhu.sales.models import Lead

MANAGE = "sales.manage_leads"
_TOLD = gettext_noop("No rule gives new leads like “%(title)s” to anybody")


def tell_of_nobodys(lead: Lead) -> None:
    """Once until they read it, however many follow."""
    if lead.owner_id or lead.team_id:
        return
    may = Q(roles__grants__permission=MANAGE) | Q(roles__holds_everything=True)
    told = Notification.objects.filter(sentence=_TOLD, read_at__isnull=True).values("user")
    for user in User.objects.filter(may, is_active=True, is_system=False).exclude(pk__in=told).distinct():
        notify(user, _TOLD, url=reverse("sales:leads"), icon="inbox", title=lead.title)
