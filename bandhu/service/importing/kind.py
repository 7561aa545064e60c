"""What the rows of a file of tickets can say, and what may be chosen for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.channels.queries import answering_mailboxes
from bandhu.customers.importing.attached import users_by_name
from bandhu.customers.importing.kinds import Choice, ImportKind
from bandhu.customers.imports.targets import Target
from bandhu.customers.models import Import
from bandhu.service.importing.queues import CLEAN, choices_of_queues
from bandhu.service.importing.tickets import TicketsOfFile
from bandhu.service.importing.writing import NO_MAILBOX, take_back_tickets

TARGETS = (
    Target("ticket_id", gettext_lazy("Number of the ticket"), "id", words="ticket id|ticket number|ticket no|case id|case number|id"),
    Target("ticket_title", gettext_lazy("What the ticket is about"), "long_text", words="subject|ticket subject|title|summary|topic|বিষয়|பொருள்"),
    Target("ticket_status", gettext_lazy("Status of the ticket"), words="status|ticket status|state|অবস্থা|நிலை"),
    Target("ticket_priority", gettext_lazy("Priority of the ticket"), words="priority|ticket priority|severity|অগ্রাধিকার|முன்னுரிமை"),
    Target("ticket_type", gettext_lazy("Type of the ticket"), words="type|ticket type|category|ধরন|வகை"),
    Target("ticket_tags", gettext_lazy("Tags of the ticket"), "long_text", words="ticket tags|tags|labels|ট্যাগ|குறிச்சொற்கள்"),
    Target("ticket_owner", gettext_lazy("Who has the ticket"), "known", words="assignee|agent|assigned to|owner|ticket owner|technician"),
    Target("ticket_group", gettext_lazy("Group of the ticket"), words="group|assigned group|ticket group|team|queue|দল|குழு"),
    Target("ticket_channel", gettext_lazy("Channel of the ticket"), words="channel|via|source|ticket source"),
    Target("ticket_opened", gettext_lazy("Ticket opened"), "date", words="opened|created|created at|created time|date created|requested"),
    Target("ticket_answered", gettext_lazy("First answered"), "date", words="first answered|first response|initial response time|first responded at"),
    Target("ticket_first_minutes", gettext_lazy("Minutes to the first answer"), words="first reply time in minutes"),
    Target("ticket_solved", gettext_lazy("Ticket solved"), "date", words="solved|solved at|resolved|resolved time|resolved at"),
    Target("ticket_closed", gettext_lazy("Ticket closed"), "date", words="closed|closed at|closed time"),
    Target("ticket_due", gettext_lazy("Ticket due"), "date", words="due|due date|due by|due by time"),
    Target("ticket_reopened", gettext_lazy("How often it was opened again"), words="reopens|opened again|reopened"),
    Target("ticket_description", gettext_lazy("Description of the ticket"), "long_text", words="description|ticket description|problem|message"),
    Target("ticket_messages", gettext_lazy("What was said about it (JSON)"), "whole"),
    Target("ticket_fields", gettext_lazy("Own fields of the ticket (JSON)"), "whole"),
    Target("ticket_trouble", gettext_lazy("What is wrong with the ticket")),
    Target("ticket_field", gettext_lazy("An own field of the ticket"), "own"),
)  # fmt: skip


def _known(run: Import) -> dict[str, dict[str, Any]]:
    return {"ticket_owner": users_by_name()}


def _choices(user: Any) -> Sequence[Choice]:
    boxes = [(str(one.pk), str(one)) for one in answering_mailboxes(user)]
    return [
        Choice(
            "place",
            _("Answers leave by"),
            _("When somebody writes on in a conversation that was brought in."),
            [*boxes, (NO_MAILBOX, _("No mailbox: they are only read"))],
        ),
        *choices_of_queues(user),
    ]


def _clean_place(value: Any, actor: Any) -> str:
    if value in ("", None, NO_MAILBOX):
        return str(value or "")
    if str(value) not in {str(one.pk) for one in answering_mailboxes(actor)}:
        raise ValidationError(_("Choose one of the values offered."), code="no_choice")
    return str(value)


TICKETS = ImportKind(
    name="tickets", label=gettext_lazy("Tickets"), base="contacts", record_kind="ticket", permission="service.create_ticket",
    targets=TARGETS, line_target="ticket_field", known=_known, attach=TicketsOfFile, take_back=take_back_tickets,
    choices=_choices, clean={"place": _clean_place, **CLEAN}, alone="nameless", chunk_rows=500,
    # Who is known stays as known: a ticket fills what is empty and changes nothing.
    defaults={
        "match": ["external_id", "email", "phone"], "overwrite": False, "on_suspect": "update", "lifecycle": "customer",
    },
)  # fmt: skip
