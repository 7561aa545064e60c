"""Builders for service in tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.models import User
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import start_conversation, take_in_message
from bandhu.interactions.models import Conversation
from bandhu.service.actions import open_ticket
from bandhu.service.models import Clock, Ticket

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
