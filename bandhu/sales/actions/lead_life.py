"""What becomes of a lead: worked on, kept warm, made an opportunity, closed, opened again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.interactions.actions import plan_follow_up
from bandhu.interactions.models import FollowUp
from bandhu.platform import live
from bandhu.sales.actions.lead_changes import (
    facts_of,
    give_customers,
    locked_lead,
    save_version,
    set_status,
    tell,
)
from bandhu.sales.actions.opportunities import create_opportunity
from bandhu.sales.events import LeadClosed, LeadConverted, LeadReopened, LeadStatusChanged
from bandhu.sales.models import OPEN_STATUSES, Lead, LeadReason, LeadStatus, LeadStep, Opportunity
from bandhu.sales.queries.conversion import carried_over
from bandhu.sales.response_clock import response_due

CHANGE = "sales.change_lead"


@action(CHANGE)
def work_on_lead(lead: Lead, *, actor: Any) -> Lead:
    """Somebody takes it in hand: "in work", theirs when it was nobody's. A closed one is reopened instead (ValidationError)."""
    fresh = _open(lead)
    if fresh.owner is None and not actor.is_system:
        fresh.owner, fresh.team = actor, fresh.team or actor.team
        give_customers(fresh, actor=actor)
    return _into(fresh, LeadStatus.WORKING, actor)


@action(CHANGE)
def nurture_lead(lead: Lead, *, actor: Any, until: datetime, what: str, kind: str = "call") -> FollowUp:
    """Keep it warm until `until` (aware), when its owner, else the actor, is owed the follow-up `what`."""
    fresh = _open(lead)
    if until <= timezone.now():
        raise ValidationError({"until": _("This lies in the past.")})
    follow_up = plan_lead_step(
        fresh, actor=actor, what=what, due_at=until, kind=kind, owner=fresh.owner or actor
    )
    fresh.nurture_until = timezone.localdate(until)
    _into(fresh, LeadStatus.NURTURING, actor, note=what[:300])
    return follow_up


@action(CHANGE)
def plan_lead_step(lead: Lead, *, actor: Any, **planned: Any) -> FollowUp:
    """A next step for this lead, owed to its contact; arguments as `plan_follow_up` takes them."""
    fresh = locked_lead(lead)
    customer = fresh.contact or fresh.company
    if customer is None:
        raise ValidationError(_("The contact of this lead was erased."))
    follow_up = plan_follow_up(customer, actor=actor, **planned)
    LeadStep.objects.create(lead=fresh, follow_up=follow_up)
    return follow_up


@action(CHANGE)
def convert_lead(lead: Lead, *, actor: Any, name: str = "", **values: Any) -> Opportunity:
    """Make it an opportunity that keeps contact, company, source, campaign, owner, team, tags, message and own fields of the same name.

    `values` as create_opportunity takes them, and they go before. Raises ValidationError by field. Converting twice gives back the first one's opportunity.
    """
    fresh = locked_lead(lead)
    if fresh.opportunity is not None:
        return fresh.opportunity
    if fresh.status == LeadStatus.CLOSED:
        raise ValidationError(_("This lead is closed; open it again first."))
    kept: dict[str, Any] = {
        "contact": fresh.contact,
        "company": fresh.company,
        "owner": fresh.owner or actor,
        "team": fresh.team or actor.team,
        "source": str(fresh.source or ""),
        "campaign": fresh.campaign,
        "note": fresh.message,
        "tags": list(fresh.tags.values_list("name", flat=True)),
    }
    custom = carried_over(actor, fresh) | (values.pop("custom", None) or {})
    opportunity: Opportunity = create_opportunity(
        actor=actor, name=name or fresh.title, custom=custom, **(kept | values)
    )
    fresh.opportunity, fresh.closed_at = opportunity, timezone.now()
    event = LeadConverted(**facts_of(fresh), opportunity_id=str(opportunity.pk))
    _into(fresh, LeadStatus.QUALIFIED, actor, event)
    return opportunity


@action(CHANGE)
def close_lead(lead: Lead, *, actor: Any, reason: LeadReason | None = None, note: str = "") -> Lead:
    """Nothing comes of it. Raises ValidationError without a reason while there are reasons to choose from."""
    fresh = _open(lead)
    if reason is None and LeadReason.objects.filter(is_active=True).exists():
        raise ValidationError({"reason": _("Say why nothing comes of it.")})
    fresh.close_reason, fresh.closed_at = reason, timezone.now()
    fresh.close_note = note.strip()[:5000]
    event = LeadClosed(**facts_of(fresh), reason=reason.name if reason else "")
    return _into(fresh, LeadStatus.CLOSED, actor, event, note=str(reason or ""))


@action(CHANGE)
def reopen_lead(lead: Lead, *, actor: Any) -> Lead:
    """A closed lead is worked on again; its log stays. A converted one goes on as its opportunity (ValidationError)."""
    fresh = locked_lead(lead)
    if fresh.is_open:
        return fresh
    if fresh.opportunity is not None:
        raise ValidationError(_("This lead became an opportunity; go on there."))
    fresh.close_reason, fresh.closed_at, fresh.close_note = None, None, ""
    return _into(fresh, LeadStatus.WORKING, actor, LeadReopened(**facts_of(fresh)))


def note_answer(contact_id: UUID | None, at: datetime) -> int:
    """Something went out to the contact at `at`: their open leads from before that wait no longer. Returns how many did."""
    for_first = Q(first_response_at__isnull=True)
    waiting = _open_leads_of(contact_id, at).filter(for_first | Q(waits_since__lte=at))
    ids = list(waiting.values_list("pk", flat=True))
    answered = waiting.filter(pk__in=ids).update(
        first_response_at=Coalesce("first_response_at", Value(at)), waits_since=None
    )
    live.hint(*(f"lead:{pk}" for pk in ids))
    return answered


def note_word(contact_id: UUID | None, at: datetime) -> int:
    """The contact said something at `at`: the clock of their open leads that were answered runs anew. Returns how many.

    What came before the answer is answered by it; a lead that waits already goes on waiting since the first word nobody answered.
    """
    answered = _open_leads_of(contact_id, at).filter(first_response_at__lt=at, waits_since__isnull=True)
    rows = list(answered.select_related("source").select_for_update(of=("self",)))
    for lead in rows:
        lead.waits_since, lead.response_due_at = at, response_due(lead.source, at)
    Lead.objects.bulk_update(rows, ["waits_since", "response_due_at"])
    live.hint(*(f"lead:{lead.pk}" for lead in rows))
    return len(rows)


def _open_leads_of(contact_id: UUID | None, at: datetime) -> QuerySet[Lead]:
    """Those of a contact that had come in by then."""
    rows = Lead.objects.filter(contact=contact_id, received_at__lte=at, deleted_at__isnull=True)
    return rows.filter(status__in=OPEN_STATUSES)


def _open(lead: Lead) -> Lead:
    fresh = locked_lead(lead)
    if not fresh.is_open:
        raise ValidationError(_("This lead is closed; open it again first."))
    return fresh


def _into(lead: Lead, status: LeadStatus, actor: Any, *told: Any, note: str = "") -> Lead:
    before = lead.status
    changes = set_status(lead, status, actor=actor, at=timezone.now(), note=note)
    if status != LeadStatus.NURTURING:
        lead.nurture_until = None
    save_version(lead)
    moved = LeadStatusChanged(**facts_of(lead), from_status=before, to_status=status)
    tell(lead, "changed", *([moved] if changes else []), *told, actor=actor, changes=changes or None)
    return lead
