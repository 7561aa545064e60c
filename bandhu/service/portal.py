"""The customers' own tickets in the portal."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.knowledge.portal import PortalRow, PortalSection, PortalStep, Visitor
from bandhu.service.models import UNFINISHED, Stage, Ticket
from bandhu.service.queries import staying, tickets_of_contact
from bandhu.ui import formats

SHOWN = 100
_TONES = {Stage.SOLVED: "success", Stage.CLOSED: "neutral", Stage.WAITING: "warning"}
_WORDS = {
    Stage.NEW: _("Received"),
    Stage.OPEN: _("We are working on it"),
    Stage.WAITING: _("We wait for your answer"),
    Stage.HOLD: _("We are working on it"),
    Stage.SOLVED: _("Solved"),
    Stage.CLOSED: _("Closed"),
}


def _rows(visitor: Visitor) -> list[PortalRow]:
    """What the customer asked for, the newest first."""
    reader = formats.current_reader()
    return [
        PortalRow(
            title=f"{reader.in_digits(one.code)} {one.title}",
            moment=one.created_at,
            badge=standing_of(one)[0],
            url=reverse("service:portal_ticket", args=[one.pk]),
            tone=standing_of(one)[1],
        )
        for one in tickets_of_contact(visitor.contact_id)[:SHOWN]
    ]


def standing_of(ticket: Ticket) -> tuple[Any, str]:
    """Where a request stands, in words for the customer (a house's own statuses are for colleagues), and their tone."""
    stage = Stage(staying(ticket).stage)
    return _WORDS[stage], _TONES.get(stage, "info")


def _open(visitor: Visitor) -> int:
    rows = tickets_of_contact(visitor.contact_id)
    own = rows.filter(merged_into__isnull=True, stage__in=UNFINISHED).count()
    merged = rows.filter(merged_into__isnull=False)[:SHOWN]
    return int(own) + sum(staying(one).stage in UNFINISHED for one in merged)


def _steps(_visitor: Visitor) -> list[PortalStep]:
    return [PortalStep(label=_("Send a request"), url=reverse("service:portal_new"), icon="send")]


MY_TICKETS = PortalSection(
    name="tickets",
    label=_("My requests"),
    text=_("Ask, read our answers, write back"),
    icon="ticket",
    position=10,
    rows=_rows,
    count=_open,
    steps=_steps,
    empty_text=_("You have sent no request yet."),
)
