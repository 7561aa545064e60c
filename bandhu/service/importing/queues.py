"""In which queue a ticket that comes in waits: that of its group there, by name or as chosen; else the one chosen for the rest.

It becomes work that is given out only where the importer says so, and then without news of how long it has waited elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.contact_center.actions import forget_work, offer_work
from bandhu.contact_center.models import Queue
from bandhu.contact_center.queries import queues_for
from bandhu.customers.importing.attached import folded
from bandhu.customers.importing.kinds import Choice
from bandhu.customers.models import Import
from bandhu.identity.ready_made import system_user
from bandhu.service.models import Ticket
from bandhu.service.priorities import rank

KIND = "ticket"
GIVEN_OUT = "yes"
MOST_TEXT = 4_000


class QueuesOfImport:
    """What the groups of another service desk are called here."""

    def __init__(self, run: Import) -> None:
        offered = list(queues_for(run.actor))
        self.by_name = {folded(one.name): one for one in offered}
        self.by_group = {
            folded(group): self.by_name[folded(name)]
            for group, name in pairs_of(str(run.options.get("groups") or ""))
            if folded(name) in self.by_name
        }
        chosen = str(run.options.get("queue") or "")
        self.rest = next((one for one in offered if str(one.pk) == chosen), None)
        self.are_given_out = run.options.get("hand_out") == GIVEN_OUT

    def of(self, group: str, *, is_open: bool) -> Queue | None:
        """What is over waits nowhere: it stands with its group alone, for reports."""
        found = self.by_group.get(folded(group)) or self.by_name.get(folded(group)) if group else None
        return found or (self.rest if is_open else None)

    def give_out(self, tickets: Iterable[Ticket]) -> None:
        """Open tickets that nobody has become work of their queues, behind what waits there; nobody is told that they waited long."""
        if not self.are_given_out:
            return
        queues = {one.pk: one for one in (*self.by_name.values(), *self.by_group.values())}
        now = timezone.now()
        for ticket in tickets:
            if ticket.is_open and ticket.owner_id is None and ticket.queue_id in queues:
                offer_work(
                    KIND, ticket.pk, queue=queues[ticket.queue_id], actor=system_user(), priority=rank(ticket.priority),
                    language=ticket.language, enqueued_at=now, told_late_at=now,
                )  # fmt: skip


def forget_given_out(tickets: Iterable[UUID]) -> None:
    """Of tickets that were taken back."""
    forget_work(KIND, tickets)


def choices_of_queues(user: Any) -> list[Choice]:
    """What is chosen on the wizard's page."""
    queues = [(str(one.pk), str(one)) for one in queues_for(user)]
    return [
        Choice(
            "groups",
            _("Groups that have another name here"),
            _(
                "A group goes to the queue of the same name. Write the others as: their group = our queue; another group = another queue."
            ),
        ),
        Choice(
            "queue",
            _("Open tickets of other groups wait in"),
            _("And those that have no group."),
            [("", _("No queue")), *queues],
        ),
        Choice(
            "hand_out",
            _("Give them out as work"),
            _("Tickets that come in with somebody stay with them and are not given out."),
            [
                ("", _("No: they stay in their queue until somebody takes them")),
                (GIVEN_OUT, _("Yes: open ones that nobody has are given to who is free")),
            ],
        ),
    ]


def clean_groups(value: Any, actor: Any) -> str:
    """Each name of ours has to be that of a queue within reach."""
    text = str(value or "").strip()[:MOST_TEXT]
    known = {folded(one.name) for one in queues_for(actor)}
    for part in filter(None, (one.strip() for one in text.split(";"))):
        group, sign, name = part.partition("=")
        if not (sign and group.strip() and name.strip()):
            raise ValidationError(_("Write each as: their group = our queue."), code="no_pair")
        if folded(name) not in known:
            raise ValidationError(
                _("There is no queue called “%(name)s”.") % {"name": " ".join(name.split())[:120]},
                code="no_choice",
            )
    return text


def clean_queue(value: Any, actor: Any) -> str:
    if value not in ("", None) and str(value) not in {str(one.pk) for one in queues_for(actor)}:
        raise ValidationError(_("Choose one of the values offered."), code="no_choice")
    return str(value or "")


def clean_hand_out(value: Any, _actor: Any) -> str:
    if value not in ("", None, GIVEN_OUT):
        raise ValidationError(_("Choose one of the values offered."), code="no_choice")
    return str(value or "")


CLEAN: Mapping[str, Any] = {"groups": clean_groups, "queue": clean_queue, "hand_out": clean_hand_out}


def pairs_of(text: str) -> list[tuple[str, str]]:
    """(their group, our queue) of what was written."""
    parts = (one.partition("=") for one in text.split(";"))
    return [(group, name) for group, sign, name in parts if sign]
