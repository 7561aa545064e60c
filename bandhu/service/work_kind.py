"""Tickets as work of the contact center."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.contact_center.work_kinds import WorkKind
from bandhu.service.actions import mirror_owner, mirror_team
from bandhu.service.models import Ticket


def _language_of(record_id: UUID) -> str:
    return Ticket.objects.filter(pk=record_id).values_list("language", flat=True).first() or ""


def _titles(user: Any, record_ids: list[UUID]) -> dict[UUID, str]:
    return {one.pk: str(one) for one in Ticket.objects.visible_to(user).filter(pk__in=record_ids)}


TICKETS = WorkKind(
    name="ticket",
    label=_("Ticket"),
    view_permission="service.view_ticket",
    hand_over=mirror_owner,
    url_name="service:ticket",
    language_of=_language_of,
    to_team=mirror_team,
    titles=_titles,
)
