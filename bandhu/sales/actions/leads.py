"""Receiving and changing leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers.actions import contact_found_or_made
from bandhu.customers.actions.comparing import conflict_with
from bandhu.customers.actions.records import write_tags
from bandhu.customers.cleaning import CleanedValues
from bandhu.identity.acting import action
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import OutOfReach
from bandhu.interactions.actions import Person, log_interaction
from bandhu.interactions.models import Interaction
from bandhu.platform.custom_values import write_custom
from bandhu.sales.actions.assignment import assign_by_rules
from bandhu.sales.actions.changes import Changes
from bandhu.sales.actions.lead_changes import (
    KIND,
    clean_lead,
    facts_of,
    give_customers,
    locked_lead,
    save_version,
    set_columns,
    tell,
    write_lead,
)
from bandhu.sales.actions.scoring import score_leads
from bandhu.sales.events import LeadChanged, LeadDeleted, LeadReceived, LeadRestored
from bandhu.sales.models import Lead, LeadStatus, StatusChange, WebForm

RULES = object()


@action("sales.create_lead", on_record=False)
def receive_lead(
    *,
    actor: Any,
    title: str = "",
    contact: Any = None,
    person: Mapping[str, Any] | None = None,
    owner: Any = RULES,
    team: Any = None,
    received_at: datetime | None = None,
    answers: Mapping[str, str] | None = None,
    web_form: WebForm | None = None,
    submission: str | None = None,
    tags: Sequence[Any] = (),
    custom: dict[str, Any] | None = None,
    **columns: Any,
) -> Lead:
    """A new enquiry of `contact`, or of the `person` described as `contact_found_or_made` takes them, who is looked for first.

    Without `owner` the assignment rules decide; `team` is where it waits when none fits. The enquiry stands on the
    contact's timeline. `columns` are any of COLUMNS. Raises ValidationError with the problems by field.
    """
    at = received_at or timezone.now()
    if at > timezone.now():
        raise ValidationError({"received_at": _("This lies in the future.")})
    person = {name: value for name, value in (person or {}).items() if value}
    is_contact_new = False
    if contact in (None, ""):
        keeper = None if owner is RULES else owner
        contact, is_contact_new = contact_found_or_made(
            person, actor=actor, owner=keeper, team=team or actor.team
        )
    given = {"contact": contact, "team": team or actor.team, "tags": tags, "custom": custom or {}, **columns}
    if owner is not RULES:
        given["owner"] = owner
    # What a web form asks for is its own affair: an own field it does not show cannot be required of its visitor.
    is_new = web_form is None
    cleaned = clean_lead({"title": title or _("Enquiry"), **given}, actor=actor, is_new=is_new)
    lead, changes = _insert(cleaned, actor, at, answers, web_form, submission)
    _put_on_timeline(lead, actor)
    score_leads([lead.pk])
    lead.refresh_from_db(fields=["score", "score_reasons", "chance", "chance_reasons"])
    event = LeadReceived(
        **facts_of(lead), source=str(lead.source or ""), campaign=lead.campaign, score=lead.score
    )
    tell(lead, "created", event, actor=actor, changes=changes)
    if owner is RULES:
        lead = assign_by_rules(lead)
    give_customers(lead, actor=system_user() if owner is RULES else actor, is_contact_new=is_contact_new)
    return lead


def _insert(
    cleaned: CleanedValues,
    actor: Any,
    at: datetime,
    answers: Mapping[str, str] | None,
    web_form: WebForm | None,
    submission: str | None,
) -> tuple[Lead, Changes]:
    lead = Lead(
        received_at=at,
        status_since=at,
        created_by=None if actor.is_system else actor,
        answers=dict(answers or {}),
        web_form=web_form,
        submission=submission,
    )
    changes = set_columns(lead, cleaned.columns)
    _fill_from_contact(lead)
    changes |= write_custom(lead, cleaned.custom or {}, kind=KIND)
    lead.save(force_insert=True)
    if cleaned.tags:
        write_tags(lead, cleaned.tags)  # type: ignore[arg-type]
    StatusChange.objects.create(lead=lead, at=at, actor=lead.created_by, to_status=LeadStatus.NEW)
    return lead, {name: pair for name, pair in changes.items() if pair[1] not in (None, "")}


def _fill_from_contact(lead: Lead) -> None:
    """What the enquiry itself does not say, the contact does."""
    contact = lead.contact
    if contact is None:
        return
    lead.company = lead.company or contact.company
    lead.language = lead.language or contact.language
    lead.country = lead.country or contact.country


def _put_on_timeline(lead: Lead, actor: Any) -> None:
    if lead.contact is None:
        return
    log_interaction(
        lead.contact,
        actor=system_user(),
        kind="lead_received",
        direction=Interaction.Direction.IN,
        occurred_at=lead.received_at,
        subject=lead.title,
        body=lead.message,
        outcome=str(lead.source or "")[:120],
        people=() if actor.is_system else [Person(user=actor)],
        details={"lead_id": str(lead.pk)},
        source="sales",
        external_id=str(lead.pk),
    )


@action("sales.change_lead")
def change_lead(lead: Lead, *, actor: Any, version: int | None = None, **changes: Any) -> Lead:
    """Change any of COLUMNS, `tags` (names) and `custom` (by key); the score is made anew.

    With `version`, somebody else's change in between raises EditConflict and nothing is written. Raises ValidationError by
    field. Returns the lead as stored.
    """
    fresh = locked_lead(lead)
    cleaned = clean_lead(changes, actor=actor)
    if version is not None and version != fresh.version:
        raise conflict_with(fresh, version, cleaned)
    if written := write_lead(fresh, cleaned, actor):
        event = LeadChanged(**facts_of(fresh), version=fresh.version, fields=sorted(written))
        tell(fresh, "changed", event, actor=actor, changes=written)
        score_leads([fresh.pk])
        fresh.refresh_from_db(fields=["score", "score_reasons", "chance", "chance_reasons"])
    return fresh


@action("sales.delete_lead")
def delete_lead(lead: Lead, *, actor: Any) -> Lead:
    """Into the bin, whole, until restored. Repeating it changes nothing."""
    return _binned(lead, actor, is_gone=True)


@action("sales.delete_lead")
def restore_lead(lead: Lead, *, actor: Any) -> Lead:
    """Back from the bin as it was."""
    return _binned(lead, actor, is_gone=False)


def _binned(lead: Lead, actor: Any, *, is_gone: bool) -> Lead:
    fresh = Lead.objects.select_for_update().filter(pk=lead.pk).first()
    if fresh is None:
        raise OutOfReach
    if (fresh.deleted_at is not None) == is_gone:
        return fresh
    before, fresh.deleted_at = fresh.deleted_at, timezone.now() if is_gone else None
    save_version(fresh)
    verb, event = ("deleted", LeadDeleted) if is_gone else ("restored", LeadRestored)
    tell(
        fresh, verb, event(**facts_of(fresh)), actor=actor, changes={"deleted_at": (before, fresh.deleted_at)}
    )
    return fresh
