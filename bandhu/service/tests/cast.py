"""Builders for service in tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.models import User
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import start_conversation, take_in_message
from bandhu.interactions.models import Conversation
from bandhu.platform.events import deliver
from bandhu.platform.queue import ASKED_FROM
from bandhu.service import jobs
from bandhu.service.actions import open_ticket, set_ticket_rule
from bandhu.service.models import Clock, Ticket, TicketRule

DHAKA = ZoneInfo("Asia/Dhaka")


def dhaka(text: str) -> datetime:
    """The moment at which clocks in Dhaka show "2026-11-22 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=DHAKA)


def make_agent(name: str = "Rafiq", role: str = "supervisor", **fields: Any) -> User:
    """Somebody who works on everybody's tickets."""
    return make_user(name, role=role, **fields)


def make_ticket(title: str = "No sacks came", *, by: User, **values: Any) -> Ticket:
    """Of a new contact unless one is given."""
    if "contact" not in values:
        values["contact"] = make_contact(f"Who asks for {title}", by=by)
    return open_ticket(actor=by, title=title, **values)


@transaction.atomic
def make_conversation(
    *texts: str, by: User, contact: Contact | None = None, at: datetime | None = None, **values: Any
) -> Conversation:
    """A chat in which the customer said these words."""
    conversation = start_conversation(actor=by, channel="chat", customer=contact, at=at, **values)
    for text in texts:
        take_in_message(conversation, text=text, at=at)
    conversation.refresh_from_db()
    return conversation


def clock_of(ticket: Ticket, measure: str) -> Clock:
    """The newest clock of a measure."""
    return Clock.objects.filter(ticket=ticket, measure=measure).order_by("-started_at").first()


class Worker:
    """Does what was queued of events and rules, in order, as the worker does; each job once."""

    def __init__(self) -> None:
        self.done: set[int] = set()

    def work(self) -> int:
        """Until nothing is left; returns how many jobs."""
        count = 0
        while job := self._next():
            self.done.add(job.pk)
            count += 1
            arguments = {name: value for name, value in job.args.items() if name != ASKED_FROM}
            if job.task_name in ("service.run_rules", "service.share_work"):
                getattr(jobs, job.task_name.removeprefix("service."))(**arguments)
            elif arguments["subscriber"].startswith("bandhu.service."):
                deliver(**arguments)
        return count

    def _next(self) -> Any:
        rows = ProcrastinateJob.objects.filter(
            status="todo", task_name__in=("platform.deliver_event", "service.run_rules", "service.share_work")
        )
        return rows.exclude(pk__in=self.done).order_by("id").first()


def make_rule(name: str, *steps: dict[str, Any] | str, by: User, **values: Any) -> TicketRule:
    """A rule for opened tickets, unless a trigger is given; a step may be "kind" or "kind value"."""
    written = [_step_of(one) if isinstance(one, str) else one for one in steps]
    return set_ticket_rule(None, actor=by, name=name, steps=written, **({"trigger": "created"} | values))


def _step_of(words: str) -> dict[str, Any]:
    do, _space, value = words.partition(" ")
    return {"do": do, "value": value}


def when(field: str, op: str, *value: Any) -> dict[str, Any]:
    """A filter of one condition."""
    given = {} if not value else {"value": value[0]}
    return {"all": [{"field": field, "op": op, **given}]}
