"""What every change of a ticket has in common: clean, lock, compare, write, tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers.actions.records import plain, write_tags
from bandhu.customers.cleaning import (
    CleanedValues,
    clean_custom,
    clean_customer,
    clean_name,
    read_values,
)
from bandhu.customers.models import Company, Contact
from bandhu.customers.record_values import Problems
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit, live
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.custom_values import write_custom
from bandhu.platform.events import Event, publish
from bandhu.platform.search.indexing import index_records
from bandhu.platform.sort_keys import sort_key
from bandhu.platform.texts import clean_block, clean_line
from bandhu.service.models import Level, Priority, StatusMove, Ticket, TicketStatus, TicketType
from bandhu.service.priorities import priority_for
from bandhu.service.topics import BOARD_TOPIC

KIND = "ticket"
COLUMNS = (
    "title", "description", "type", "impact", "urgency", "priority", "contact", "company", "language", "due_at",
    "channel", "resolution",
)  # fmt: skip
Changes = dict[str, tuple[Any, Any]]
_SEARCHED = {"title", "contact", "company", "owner", "team"}
_CHOICES = {"impact": Level, "urgency": Level, "priority": Priority}


def clean_ticket(values: Mapping[str, Any], *, actor: Any, is_new: bool = False) -> CleanedValues:
    """Everything checked at once; raises ValidationError with the problems by field."""
    problems = Problems()
    cleaned = read_values(values, COLUMNS, _clean, actor, problems)
    if is_new or "custom" in values:
        # A field that another type's form asks for cannot be required of this one's.
        cleaned.custom = clean_custom(KIND, values.get("custom") or {}, actor, problems, is_new=False)
    problems.raise_if_any()
    return cleaned


def _clean(name: str, value: Any, actor: Any) -> Any:
    if name == "title":
        return clean_name(value, actor)
    if name in ("contact", "company"):
        return clean_customer(Contact if name == "contact" else Company, value, actor)
    if name == "type":
        return one_of_list(TicketType, value)
    if name in _CHOICES:
        return _clean_choice(name, value)
    if name == "due_at":
        return _clean_moment(value)
    if name in ("description", "resolution"):
        return clean_block(value or "", 50_000)
    return clean_line(value or "", 12 if name == "language" else 30)


def _clean_choice(name: str, value: Any) -> str:
    if name == "priority" and value in (None, ""):
        return ""  # impact and urgency decide
    if value not in _CHOICES[name].values:
        raise ValidationError(_("Choose one of the list."), code="no_choice")
    return str(value)


def _clean_moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(str(value))
        except ValueError:
            raise ValidationError(_("Write a date and a time."), code="no_date") from None
    return value if timezone.is_aware(value) else timezone.make_aware(value)


def one_of_list(model: Any, value: Any) -> Any:
    """A row of one of the administrator's lists, given as record or id. Raises ValidationError."""
    if isinstance(value, model):
        return value
    try:
        return model.objects.get(pk=UUID(str(value)))
    except (model.DoesNotExist, ValueError):
        raise ValidationError(_("Choose one of the list."), code="no_choice") from None


def next_number() -> int:
    """Readable and unique; what is rolled back leaves a gap."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('service_ticket_number')")
        return int(cursor.fetchone()[0])


def locked_ticket(ticket: Ticket | UUID, version: int | None = None) -> Ticket:
    """The row as it is now, held until the transaction ends. One in the bin is not found.

    Raises OutOfReach, and EditConflict where `version` is an older one.
    """
    pk = ticket if isinstance(ticket, UUID) else ticket.pk
    # No joins: after waiting for the lock they would still show what the ticket pointed to before.
    fresh = Ticket.objects.select_for_update().filter(pk=pk, deleted_at__isnull=True).first()
    if fresh is None:
        raise OutOfReach
    if version is not None and version != fresh.version:
        raise EditConflict(fresh.version, base={}, theirs={}, yours={})
    return fresh


def set_columns(ticket: Ticket, columns: Mapping[str, Any]) -> Changes:
    """Set what differs (not saved yet); the matrix decides the priority unless one was chosen. Field → (before, after)."""
    changes: Changes = {}
    wanted = dict(columns)
    if wanted.get("priority"):
        ticket.priority_is_set = True
    elif "priority" in wanted:
        ticket.priority_is_set = False
        del wanted["priority"]
    for name in ("impact", "urgency"):
        if name in wanted:
            _set(ticket, name, wanted.pop(name), changes)
    if not ticket.priority_is_set:
        wanted["priority"] = priority_for(ticket.impact, ticket.urgency)
    for name, value in wanted.items():
        _set(ticket, name, value, changes)
    if "priority" in changes:
        ticket.promised_priority = ""
    if "title" in changes:
        ticket.sort_key = sort_key(ticket.title)
    return changes


def _set(ticket: Ticket, name: str, value: Any, changes: Changes) -> None:
    before = getattr(ticket, name, None)
    if before != value:
        setattr(ticket, name, value)
        changes[name] = (plain(before), plain(value))


def write_ticket(ticket: Ticket, cleaned: CleanedValues) -> Changes:
    """Write everything of a stored ticket; returns the changes. Nothing differing writes nothing."""
    changes = set_columns(ticket, cleaned.columns)
    if cleaned.tags is not None:
        changes |= write_tags(ticket, cleaned.tags)  # type: ignore[arg-type]
    if cleaned.custom is not None:
        changes |= write_custom(ticket, cleaned.custom, kind=KIND)
    if changes:
        save_version(ticket)
    return changes


def save_version(ticket: Ticket) -> None:
    """Every change counts the version up."""
    ticket.version += 1
    ticket.save()


def set_status(ticket: Ticket, status: TicketStatus, *, actor: Any, at: datetime) -> Changes:
    """Into another status (not saved yet), written into its way."""
    if ticket.status_id == status.pk:
        return {}
    before, former = str(ticket.status), ticket.stage
    StatusMove.objects.create(
        ticket=ticket,
        at=at,
        actor=None if actor.is_system else actor,
        from_stage=former,
        to_stage=status.stage,
        to_status=status,
    )
    ticket.status = status
    if former != status.stage:
        ticket.stage, ticket.stage_since = status.stage, at
    return {"status": (before, str(status))}


def usual_status(stage: str) -> TicketStatus:
    """The status a ticket gets where only the meaning is known."""
    rows = TicketStatus.objects.filter(stage=stage)
    found = rows.order_by("-is_usual", "-is_active", "position").first()
    if found is None:
        raise ValidationError({"status": _("There is no status for this. An administrator sets one up.")})
    return found


def facts_of(ticket: Ticket) -> dict[str, Any]:
    """What every event of a ticket carries."""
    return {
        "ticket_id": str(ticket.pk),
        "number": ticket.number,
        "contact_id": _text(ticket.contact_id),
        "company_id": _text(ticket.company_id),
        "title": ticket.title,
        "stage": ticket.stage,
        "priority": ticket.priority,
        "owner_id": _text(ticket.owner_id),
    }


def tell(ticket: Ticket, verb: str, *told: Event, actor: Any, changes: Changes | None = None) -> None:
    """Audit, search index (where a searched value changed), events, and hints to open pages; in the change's transaction."""
    if changes:
        changes = changes | {"version": (ticket.version - 1, ticket.version)}
    audit.record_change(verb, actor=actor, kind=KIND, record_id=ticket.pk, title=str(ticket), changes=changes)
    if verb in ("created", "deleted", "restored") or _SEARCHED & (changes or {}).keys():
        index_records(KIND, [ticket.pk])
    for event in told:
        publish(event, actor=actor)
    live.hint(
        f"{KIND}:{ticket.pk}", BOARD_TOPIC, *([f"contact:{ticket.contact_id}"] if ticket.contact_id else [])
    )


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None
