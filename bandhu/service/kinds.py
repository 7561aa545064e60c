"""The fields of tickets: lists, filters, bulk edit, service levels and rules read them from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.contact_center.models import Queue
from bandhu.customers.models import Lifecycle
from bandhu.identity.masking import may_see
from bandhu.inbox.channel_words import CHANNELS
from bandhu.inbox.queries import labels_like
from bandhu.platform.record_kinds import Field, RecordKind
from bandhu.service.actions import change_ticket
from bandhu.service.models import Clock, Level, Nature, Priority, Stage, Ticket, TicketStatus, TicketType

_CONTACTS, _COMPANIES = "customers.view_contact", "customers.view_company"
_MOST_LABELS = 200
_WHAT, _WHO, _FACTS = _("Ticket"), _("Who"), _("Facts")


def _types() -> Sequence[tuple[str, Any]]:
    return [(str(one.pk), one.label) for one in TicketType.objects.all()]


def _statuses() -> Sequence[tuple[str, Any]]:
    return [(str(one.pk), one.label) for one in TicketStatus.objects.all()]


def _queues() -> Sequence[tuple[str, Any]]:
    return [(str(one.pk), str(one)) for one in Queue.objects.all()]


def _channels() -> Sequence[tuple[str, Any]]:
    return [(name, one.label) for name, one in CHANNELS.items()]


def _labels() -> Sequence[tuple[str, Any]]:
    return [(one, one) for one in labels_like("", _MOST_LABELS)]


def _choices(which: Any) -> Any:
    return lambda: which.choices


def _newest_state(measure: str) -> Any:
    """Adds the state of the newest clock of a measure."""
    newest = Clock.objects.filter(ticket=OuterRef("pk"), measure=measure).order_by("-started_at")
    return lambda rows: rows.annotate(**{f"{measure}_level": Subquery(newest.values("state")[:1])})


def _with_merges(rows: Any) -> Any:
    return rows.alias(was_merged=ExpressionWrapper(Q(merged_into__isnull=False), BooleanField()))


def _level(measure: str, label: Any) -> Field:
    return Field(
        name=f"{measure}_level", label=label, type="choice", path=f"{measure}_level", choices=_choices(Clock.State),
        annotate=_newest_state(measure), group=_FACTS,
    )  # fmt: skip


def _moment(name: str, label: Any, *, sort: bool = False) -> Field:
    return Field(name=name, label=label, type="datetime", path=name, sort=name if sort else "", group=_FACTS)


_FIELDS = [
    Field(name="code", label=_("Number"), reads="code", sort="number", needs=("number",), group=_WHAT),
    Field(
        name="number", label=_("Number without letters"), type="number", path="number", in_list=False, group=_WHAT
    ),
    Field(name="title", label=_("What it is about"), path="title", sort="sort_key", setting="title", group=_WHAT),
    Field(name="description", label=_("Description"), type="long_text", path="description", in_list=False, group=_WHAT),
    Field(name="type", label=_("Type"), type="choice", path="type__id", reads="type__label", choices=_types, setting="type", group=_WHAT),
    Field(name="nature", label=_("Kind of work"), type="choice", path="type__nature", choices=_choices(Nature), in_list=False, group=_WHAT),
    Field(name="status", label=_("Status"), type="choice", path="status__id", reads="status__label", choices=_statuses, group=_WHAT),
    Field(name="stage", label=_("What the status means"), type="choice", path="stage", choices=_choices(Stage), group=_WHAT),
    Field(name="priority", label=_("Priority"), type="choice", path="priority", choices=_choices(Priority), setting="priority", group=_WHAT),
    Field(name="impact", label=_("Impact"), type="choice", path="impact", choices=_choices(Level), setting="impact", group=_WHAT),
    Field(name="urgency", label=_("Urgency"), type="choice", path="urgency", choices=_choices(Level), setting="urgency", group=_WHAT),
    Field(name="contact", label=_("Contact"), path="contact__full_name", reads="contact", group=_WHO, related_permission=_CONTACTS),
    Field(name="company", label=_("Company"), path="company__name", reads="company", group=_WHO, related_permission=_COMPANIES),
    Field(name="customer_tags", label=_("Contact's tags"), type="tags", path="contact__tags", in_list=False, group=_WHO, related_permission=_CONTACTS),
    Field(name="company_tags", label=_("Company's tags"), type="tags", path="company__tags", in_list=False, group=_WHO, related_permission=_COMPANIES),
    Field(name="customer_stage", label=_("Contact: lifecycle"), type="choice", path="contact__lifecycle", choices=_choices(Lifecycle), in_list=False, group=_WHO, related_permission=_CONTACTS),
    Field(name="customer_language", label=_("Contact: language"), type="language", path="contact__language", in_list=False, group=_WHO, related_permission=_CONTACTS),
    Field(name="customer_country", label=_("Contact: country"), type="country", path="contact__country", in_list=False, group=_WHO, related_permission=_CONTACTS),
    Field(name="customer_owner", label=_("Contact: owner"), type="user", path="contact__owner", in_list=False, group=_WHO, related_permission=_CONTACTS),
    Field(name="industry", label=_("Company: industry"), path="company__industry", in_list=False, group=_WHO, related_permission=_COMPANIES),
    Field(name="language", label=_("Language"), type="language", path="language", setting="language", group=_WHO),
    Field(name="channel", label=_("Channel"), type="choice", path="channel", choices=_channels, group=_WHO),
    Field(name="queue", label=_("Queue"), type="choice", path="queue_id", choices=_queues, group=_WHO),
    Field(name="owner", label=_("Owner"), type="user", path="owner", group=_WHO),
    Field(name="team", label=_("Team"), type="team", path="team", group=_WHO),
    _moment("created_at", _("Opened"), sort=True),
    _moment("next_due_at", _("Next due"), sort=True),
    _moment("due_at", _("Due"), sort=True),
    _moment("first_answered_at", _("First answered")),
    _moment("last_customer_at", _("Customer wrote last")),
    _moment("waiting_since", _("Customer waits since"), sort=True),
    _moment("solved_at", _("Solved"), sort=True),
    _moment("closed_at", _("Closed")),
    Field(name="answers", label=_("Answers"), type="number", path="answers", group=_FACTS),
    Field(name="reopened", label=_("Opened again"), type="number", path="reopened", group=_FACTS),
    Field(
        name="was_merged", label=_("Merged into another"), type="boolean", path="was_merged", annotate=_with_merges, in_list=False,
        group=_FACTS,
    ),
    _level("first", _("First answer in time")),
    _level("next", _("Next answer in time")),
    _level("resolution", _("Solution in time")),
    Field(name="tags", label=_("Tags"), type="tags", path="tags", setting="tags", group=_FACTS),
    Field(
        name="labels", label=_("Labels of its conversations"), type="choices", path="threads__conversation__labels",
        holds_list=True, choices=_labels, in_list=False, group=_FACTS,
    ),
    Field(name="created_by", label=_("Created by"), type="user", path="created_by", group=_FACTS),
    Field(name="came_from", label=_("Came from"), path="came_from", group=_FACTS),
    Field(name="external_id", label=_("Number there"), path="external_id", group=_FACTS),
    _moment("imported_at", _("Brought in")),
    _moment("updated_at", _("Changed")),
]  # fmt: skip


def _url(record: Any) -> str:
    return reverse("service:ticket", args=[getattr(record, "pk", record)])


TICKET = RecordKind(
    name="ticket",
    label=_("Ticket"),
    plural=_("Tickets"),
    icon="ticket",
    model=Ticket,
    view_permission="service.view_ticket",
    change_permission="service.change_ticket",
    create_permission="service.create_ticket",
    url=_url,
    list_url_name="service:tickets",
    new_url_name="service:ticket_new",
    pages={"board": "service:board", "rule": "service:rule_conditions"},
    fields=_FIELDS,
    default_columns=(
        "code",
        "title",
        "contact",
        "status",
        "priority",
        "owner",
        "next_due_at",
        "created_at",
    ),
    default_sort="-code",
    change=change_ticket,
    unmasked=may_see,
    search_hint=_("A number, what a ticket is about, or a customer"),
    empty_text=_(
        "What customers are owed stands here: make a ticket of a conversation, or open one by hand."
    ),
    custom_fields=True,
    asks_own_fields_of={"contact": "contact", "company": "company"},
)
