"""What every change of a lead has in common: clean, lock, compare, write, tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.customers.actions.persons import give_nobodys
from bandhu.customers.actions.records import plain, write_tags
from bandhu.customers.cleaning import (
    CleanedValues,
    clean_custom,
    clean_customer,
    clean_name,
    read_values,
)
from bandhu.customers.models import Company, Contact
from bandhu.customers.record_values import Problems, linked_record
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit, live
from bandhu.platform.custom_values import write_custom
from bandhu.platform.events import Event, publish
from bandhu.platform.search.indexing import index_records
from bandhu.platform.sort_keys import sort_key
from bandhu.platform.texts import clean_block, clean_line
from bandhu.sales.actions.changes import Changes, text_of
from bandhu.sales.models import Lead, LeadSource, LeadStatus, StatusChange
from bandhu.sales.response_clock import response_due

KIND = "lead"
TRACES = ("campaign", "utm_source", "utm_medium", "utm_term", "utm_content", "landing_page", "referrer")
_LONG = ("landing_page", "referrer")
COLUMNS = (
    "title",
    "contact",
    "company",
    "message",
    "language",
    "country",
    "source",
    "owner",
    "team",
    *TRACES,
)
_SEARCHED = {"title", "contact", "company", "owner", "team"}


def clean_lead(values: Mapping[str, Any], *, actor: Any, is_new: bool = False) -> CleanedValues:
    """Everything checked at once; raises ValidationError with the problems by field."""
    problems = Problems()
    cleaned = read_values(values, COLUMNS, _clean, actor, problems)
    if is_new or "custom" in values:
        cleaned.custom = clean_custom(KIND, values.get("custom") or {}, actor, problems, is_new=is_new)
    problems.raise_if_any()
    return cleaned


def _clean(name: str, value: Any, actor: Any) -> Any:
    if name == "title":
        return clean_name(value, actor)
    if name == "contact":
        if value in (None, ""):
            raise ValidationError(_("A lead belongs to a contact."), code="required")
        return clean_customer(Contact, value, actor)
    if name == "company":
        return clean_customer(Company, value, actor)
    if name in ("owner", "team"):
        return linked_record(name, value, actor)
    if name == "source":
        return clean_source(value)
    if name == "message":
        return clean_block(value or "", 20_000)
    if name == "country":
        return clean_line(value or "", 2).upper()
    return clean_line(value or "", 12 if name == "language" else 1000 if name in _LONG else 200)


def clean_source(value: Any) -> LeadSource | None:
    """One of the administrator's sources, given as record, id or nothing."""
    if value in (None, "") or isinstance(value, LeadSource):
        return value or None
    try:
        return LeadSource.objects.get(pk=value)
    except (LeadSource.DoesNotExist, ValueError, ValidationError):
        raise ValidationError(_("Choose one of the list."), code="no_choice") from None


def locked_lead(lead: Lead) -> Lead:
    """The row as it is now, held until the transaction ends. One in the bin is not found."""
    # No joins: after waiting for the lock they would still show what the lead pointed to before.
    fresh = Lead.objects.select_for_update().filter(pk=lead.pk, deleted_at__isnull=True).first()
    if fresh is None:
        raise OutOfReach
    return fresh


def set_columns(lead: Lead, columns: Mapping[str, Any]) -> Changes:
    """Set what differs (not saved yet); returns field → (before, after) as people read them."""
    changes: Changes = {}
    for name, value in columns.items():
        before = getattr(lead, name)
        if before != value:
            setattr(lead, name, value)
            changes[name] = (plain(before), plain(value))
    if "title" in changes:
        lead.sort_key = sort_key(lead.title)
    if "source" in changes:
        lead.response_due_at = response_due(lead.source, lead.waits_since or lead.received_at)
    return changes


def write_lead(lead: Lead, cleaned: CleanedValues, actor: Any) -> Changes:
    """Write everything of a stored lead; returns the changes. Nothing differing writes nothing."""
    changes = set_columns(lead, cleaned.columns)
    if cleaned.tags is not None:
        changes |= write_tags(lead, cleaned.tags)  # type: ignore[arg-type]
    if cleaned.custom is not None:
        changes |= write_custom(lead, cleaned.custom, kind=KIND)
    if changes:
        save_version(lead)
    if {"owner", "team", "contact", "company"} & changes.keys():
        give_customers(lead, actor=actor)
    return changes


def give_customers(lead: Lead, *, actor: Any, is_contact_new: bool = False) -> None:
    """Whoever is given a lead must be able to answer it: its contact and company go along where they are nobody's.

    One with an owner or a team stays theirs, but for a contact made with this lead (`is_contact_new`) that has no owner yet.
    """
    if lead.owner is None and lead.team is None:
        return
    for name in ("contact", "company"):
        if (customer := getattr(lead, name)) is not None:
            is_team_given = is_contact_new and name == "contact"
            given = give_nobodys(
                customer, actor=actor, owner=lead.owner, team=lead.team, is_team_given=is_team_given
            )
            setattr(lead, name, given)


def save_version(lead: Lead) -> None:
    """Every change counts the version up."""
    lead.version += 1
    lead.save()


def set_status(lead: Lead, status: LeadStatus, *, actor: Any, at: Any, note: str = "") -> Changes:
    """Into another status (not saved yet), written into its log; a person's first move away from "new" answers it."""
    before = LeadStatus(lead.status)
    if before == status:
        return {}
    by = None if actor.is_system else actor
    StatusChange.objects.create(
        lead=lead, at=at, actor=by, from_status=before, to_status=status, note=clean_line(note, 300)
    )
    lead.status, lead.status_since = status, at
    if lead.first_response_at is None and by is not None and status != LeadStatus.CLOSED:
        lead.first_response_at = at
    return {"status": (str(before.label), str(status.label))}


def facts_of(lead: Lead) -> dict[str, Any]:
    """What every event of a lead carries."""
    return {
        "lead_id": str(lead.pk),
        "contact_id": text_of(lead.contact_id),
        "company_id": text_of(lead.company_id),
        "title": lead.title,
        "owner_id": text_of(lead.owner_id),
    }


def tell(lead: Lead, verb: str, *told: Event, actor: Any, changes: Changes | None = None) -> None:
    """Audit, search index (where a searched value changed), events, and hints to open pages; in the change's transaction."""
    if changes:
        changes = changes | {"version": (lead.version - 1, lead.version)}
    audit.record_change(verb, actor=actor, kind=KIND, record_id=lead.pk, title=lead.title, changes=changes)
    if verb in ("created", "deleted", "restored") or _SEARCHED & (changes or {}).keys():
        index_records(KIND, [lead.pk])
    for event in told:
        publish(event, actor=actor)
    live.hint(f"{KIND}:{lead.pk}", *([f"contact:{lead.contact_id}"] if lead.contact_id else []))
