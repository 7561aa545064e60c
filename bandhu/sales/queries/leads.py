"""Reading leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from bandhu.customers.models import Company, Contact
from bandhu.customers.queries.contacts import as_uuid
from bandhu.identity.masking import mask_phone, may_see, seen
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import ScopedQuerySet, require_anywhere
from bandhu.interactions.models import Conversation, FollowUp
from bandhu.sales.models import (
    OPEN_STATUSES,
    Lead,
    LeadReason,
    LeadSource,
    LeadStatus,
    Opportunity,
    ScoreRule,
    StatusChange,
)
from bandhu.sales.public_fields import PERSONAL, offered_fields
from bandhu.sales.queries.pipelines import one_of

VIEW, MANAGE = "sales.view_lead", "sales.manage_leads"
LOG_SHOWN = 100


def leads(user: Any, permission: str = VIEW) -> ScopedQuerySet:
    """Every lead the user may see (or may do `permission` to), without those in the bin. Order them yourself."""
    return Lead.objects.visible_to(user, permission)


def lead_for(user: Any, lead_id: UUID | str, permission: str = VIEW, *, deleted: bool = False) -> Lead:
    """The lead with all it points to; raises OutOfReach (404)."""
    rows = Lead.objects.visible_to(user, permission, deleted=deleted)
    rows = rows.select_related(
        "contact__owner",
        "contact__team",
        "company",
        "owner",
        "team",
        "source",
        "web_form",
        "close_reason",
        "opportunity",
    )
    found = rows.filter(pk=as_uuid(lead_id)).first()
    if found is None:
        raise OutOfReach
    return found


def lead_of_conversation(conversation: Conversation) -> Lead | None:
    """The lead that was made of an exchange, whoever may see it."""
    return Lead.objects.filter(submission=f"conversation:{conversation.pk}", deleted_at__isnull=True).first()


def leads_of(user: Any, customer: Contact | Company) -> ScopedQuerySet:
    """Of a contact, or of a company and its people; the newest first."""
    if isinstance(customer, Contact):
        rows = leads(user).filter(contact=customer)
    else:
        rows = leads(user).filter(company=customer)
    return rows.select_related("owner", "source").order_by("-received_at", "-pk")


def leads_to_answer(user: Any) -> ScopedQuerySet:
    """New ones nobody has answered that are the user's, or nobody's within reach."""
    mine = Q(owner=user) | Q(owner__isnull=True)
    return leads(user).filter(mine, status=LeadStatus.NEW, first_response_at__isnull=True)


def leads_that_wait(user: Any) -> ScopedQuerySet:
    """Open ones whose customer wrote again and got no answer yet, that are the user's, or nobody's within reach."""
    mine = Q(owner=user) | Q(owner__isnull=True)
    return leads(user).filter(mine, status__in=OPEN_STATUSES, waits_since__isnull=False)


def deleted_leads(user: Any) -> ScopedQuerySet:
    """The bin, newest first; needs the right to delete."""
    rows = Lead.objects.visible_to(user, "sales.delete_lead", deleted=True)
    return rows.filter(deleted_at__isnull=False).order_by("-deleted_at", "-pk")


def status_changes_of(user: Any, lead: Lead) -> list[StatusChange]:
    """The log, the newest first."""
    rows = StatusChange.objects.visible_to(user, VIEW).filter(lead=lead).select_related("actor")
    return list(rows.order_by("-at", "-pk")[:LOG_SHOWN])


def answers_seen(user: Any, lead: Lead) -> dict[str, str]:
    """What was typed into the form, by field; who it was only for whoever may see the contact, numbers as masked as theirs.

    Whoever the lead was given to reads it whole, too: the form was sent for them to answer, though the contact is a colleague's.
    """
    found = dict(lead.answers)
    is_theirs = (
        lead.owner_id is not None and lead.owner_id == user.pk and user.holds("customers.view_contact")
    )
    if lead.contact is None or not (is_theirs or seen(user, lead.contact, "customers.view_contact")):
        return {name: text for name, text in found.items() if name not in PERSONAL}
    if "phone" in found and not may_see(user, "customers.see_phones", lead.contact):
        found["phone"] = mask_phone(found["phone"])
    return found


@dataclass(frozen=True)
class Reason:
    """A part of the score: what fitted, in the reader's language while the rule exists, and its points."""

    name: str
    points: int


@dataclass
class LeadCard:
    """Everything the page of a lead shows. Customers and opportunities out of reach are left out."""

    record: Lead
    contact: Contact | None
    company: Company | None
    opportunity: Opportunity | None
    may_change: bool
    may_delete: bool
    may_convert: bool
    tags: list[Any] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    answers: list[tuple[Any, str]] = field(default_factory=list)
    steps: list[FollowUp] = field(default_factory=list)
    # Who has the contact, where it is out of the reader's reach.
    keeper: str = ""


def lead_card(user: Any, lead_id: UUID | str) -> LeadCard:
    """The page of a lead. Raises OutOfReach (404)."""
    found = lead_for(user, lead_id)
    may_change = may_see(user, "sales.change_lead", found)
    steps = FollowUp.objects.visible_to(user, "interactions.view_followup")
    steps = steps.filter(lead_step__lead=found, state=FollowUp.State.OPEN)
    contact = seen(user, found.contact, "customers.view_contact")
    hidden = found.contact if contact is None else None
    return LeadCard(
        record=found,
        contact=contact,
        keeper=str(hidden.owner or hidden.team or "") if hidden else "",
        company=seen(user, found.company, "customers.view_company"),
        opportunity=seen(user, found.opportunity, "sales.view_opportunity"),
        may_change=may_change,
        may_delete=may_see(user, "sales.delete_lead", found),
        may_convert=may_change and found.is_open and user.holds("sales.create_opportunity"),
        tags=list(found.tags.all()),
        reasons=_reasons(found),
        answers=_answers(user, found),
        steps=list(steps.select_related("owner", "contact", "company").order_by("due_at")),
    )


def _answers(user: Any, lead: Lead) -> list[tuple[Any, str]]:
    """With their labels, in the reader's language."""
    labels = dict(offered_fields()) if lead.answers else {}
    return [(labels.get(name, name), text) for name, text in answers_seen(user, lead).items()]


def _reasons(lead: Lead) -> list[Reason]:
    labels = {str(rule.pk): rule.label for rule in ScoreRule.objects.all()} if lead.score_reasons else {}
    found = [Reason(labels.get(one["rule"], one["name"]), one["points"]) for one in lead.score_reasons]
    return sorted(found, key=lambda one: -abs(one.points))


def sources(user: Any, *, with_inactive: bool = False) -> list[LeadSource]:
    """Where enquiries come from, in the administrator's order."""
    require_anywhere(user, VIEW)
    rows = LeadSource.objects.all()
    return list(rows if with_inactive else rows.filter(is_active=True))


def source_for(user: Any, source_id: UUID | str) -> LeadSource:
    """Raises OutOfReach (404)."""
    require_anywhere(user, VIEW)
    return one_of(LeadSource.objects.all(), source_id)


def lead_reasons(user: Any, *, with_inactive: bool = False) -> list[LeadReason]:
    """Why leads are closed without a sale."""
    require_anywhere(user, VIEW)
    rows = LeadReason.objects.all()
    return list(rows if with_inactive else rows.filter(is_active=True))


def lead_reason_for(user: Any, reason_id: UUID | str) -> LeadReason:
    """Raises OutOfReach (404)."""
    require_anywhere(user, VIEW)
    return one_of(LeadReason.objects.all(), reason_id)
