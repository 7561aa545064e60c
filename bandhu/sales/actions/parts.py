"""What belongs to an opportunity: people with a say, competitors, the sellers' parts, next steps."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.customers.models import Contact
from bandhu.customers.record_values import linked_record
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.interactions.actions import plan_follow_up
from bandhu.interactions.models import FollowUp
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.texts import clean_line
from bandhu.sales.actions.changes import Changes, announce, locked, text_of
from bandhu.sales.events import OpportunityChanged
from bandhu.sales.models import Competitor, Influence, Opportunity, OpportunityStep, Split, Stakeholder


@action("sales.change_opportunity")
def add_stakeholder(
    opportunity: Opportunity,
    *,
    actor: Any,
    contact: Contact,
    role: str,
    note: str = "",
    version: int | None = None,
) -> Stakeholder:
    """`contact` has a say in this sale. Naming the same part twice changes only the note.

    Here and below: another `version` than the opportunity's own raises EditConflict, and nothing is written.
    """
    fresh = _held(opportunity, version)
    _check_role(role)
    made, _new = Stakeholder.objects.update_or_create(
        opportunity=fresh, contact=contact, role=role, defaults={"note": clean_line(note, 300)}
    )
    _tell(fresh, actor, "stakeholders", None, f"{contact} ({role})")
    return made


@action("sales.change_opportunity")
def change_stakeholder(
    opportunity: Opportunity,
    *,
    actor: Any,
    stakeholder_id: UUID,
    role: str | None = None,
    note: str | None = None,
    version: int | None = None,
) -> Stakeholder:
    """Another part of this person, or another note; None leaves either. Raises OutOfReach, ValidationError."""
    fresh = _held(opportunity, version)
    found = Stakeholder.objects.filter(opportunity=fresh, pk=stakeholder_id).select_related("contact").first()
    if found is None:
        raise OutOfReach
    before = _part_in_words(found)
    if role is not None:
        _check_role(role)
        same = Stakeholder.objects.filter(opportunity=fresh, contact=found.contact_id, role=role)
        if same.exclude(pk=found.pk).exists():
            raise ValidationError({"role": _("This person plays that part already.")})
        found.role = role
    found.note = found.note if note is None else clean_line(note, 300)
    if (after := _part_in_words(found)) != before:
        found.save(update_fields=["role", "note"])
        _tell(fresh, actor, "stakeholders", before, after)
    return found


def _check_role(role: str) -> None:
    if role not in Influence.values:
        raise ValidationError({"role": _("Choose what part this person plays.")})


def _part_in_words(one: Stakeholder) -> str:
    return f"{one.contact} ({one.role})" + (f": {one.note}" if one.note else "")


@action("sales.change_opportunity")
def remove_stakeholder(
    opportunity: Opportunity, *, actor: Any, stakeholder_id: UUID, version: int | None = None
) -> None:
    """Take a person off; one that is not there changes nothing."""
    fresh = _held(opportunity, version)
    for gone in Stakeholder.objects.filter(opportunity=fresh, pk=stakeholder_id).select_related("contact"):
        gone.delete()
        _tell(fresh, actor, "stakeholders", f"{gone.contact} ({gone.role})", None)


@action("sales.change_opportunity")
def add_competitor(
    opportunity: Opportunity, *, actor: Any, name: str, note: str = "", version: int | None = None
) -> Competitor:
    """Somebody else who wants this sale. Naming one twice changes only the note."""
    fresh = _held(opportunity, version)
    named = clean_line(name, 200)
    if not named:
        raise ValidationError({"name": _("A name is needed.")})
    made, _new = Competitor.objects.update_or_create(
        opportunity=fresh, name=named, defaults={"note": clean_line(note, 300)}
    )
    _tell(fresh, actor, "competitors", None, named)
    return made


@action("sales.change_opportunity")
def remove_competitor(
    opportunity: Opportunity, *, actor: Any, competitor_id: UUID, version: int | None = None
) -> None:
    """Take a competitor off; one that is not there changes nothing."""
    fresh = _held(opportunity, version)
    for gone in Competitor.objects.filter(opportunity=fresh, pk=competitor_id):
        gone.delete()
        _tell(fresh, actor, "competitors", gone.name, None)


@action("sales.change_opportunity")
def set_splits(
    opportunity: Opportunity, *, actor: Any, shares: Sequence[tuple[Any, Any]], version: int | None = None
) -> list[Split]:
    """The sellers' parts as a whole: (user, percent) pairs that sum to exactly 100, or none. Raises ValidationError otherwise."""
    fresh = _held(opportunity, version)
    parts = _clean_shares(shares, actor)
    before = _words(Split.objects.filter(opportunity=fresh))
    Split.objects.filter(opportunity=fresh).delete()
    made = Split.objects.bulk_create(
        Split(opportunity=fresh, user=user, percent=percent) for user, percent in parts.items()
    )
    if (after := _words(made)) != before:
        _tell(fresh, actor, "splits", before, after)
    return made


def _clean_shares(shares: Sequence[tuple[Any, Any]], actor: Any) -> dict[User, Decimal]:
    found: dict[User, Decimal] = {}
    for given, percent in shares:
        user = linked_record("owner", given, actor)
        try:
            part = Decimal(str(percent)).quantize(Decimal("0.01"))
        except InvalidOperation:
            part = Decimal(0)
        if user is None or user in found or not 0 < part <= 100:
            text = _("Name each seller once, with a part between 0 % and 100 %.")
            raise ValidationError({"splits": text})
        found[user] = part
    if found and sum(found.values()) != 100:
        raise ValidationError({"splits": _("The parts of the sellers must sum to 100 %.")})
    return found


def _words(splits: Any) -> list[str]:
    return sorted(f"{one.user}: {one.percent} %" for one in splits)


@action("sales.change_opportunity")
def plan_step(opportunity: Opportunity, *, actor: Any, **planned: Any) -> FollowUp:
    """A next step for this opportunity, owed to its contact or company; arguments as `plan_follow_up` takes them."""
    fresh = locked(opportunity)
    customer = fresh.contact or fresh.company
    if customer is None:
        raise ValidationError(_("Choose the contact or the company this is about."))
    follow_up = plan_follow_up(customer, actor=actor, **planned)
    OpportunityStep.objects.create(opportunity=fresh, follow_up=follow_up)
    settle_next_step(fresh)
    return follow_up


def settle_next_step(opportunity: Opportunity) -> None:
    """Repeat on the card when its earliest open step is due."""
    due = FollowUp.objects.filter(opportunity_step__opportunity=opportunity, state=FollowUp.State.OPEN)
    earliest = due.order_by("due_at").values_list("due_at", flat=True).first()
    Opportunity.objects.filter(pk=opportunity.pk).update(next_step_due_at=earliest)


def _held(opportunity: Opportunity, version: int | None) -> Opportunity:
    fresh = locked(opportunity)
    if version is not None and version != fresh.version:
        raise EditConflict(fresh.version, {}, {}, {})
    return fresh


def _tell(opportunity: Opportunity, actor: Any, name: str, before: Any, after: Any) -> None:
    opportunity.version += 1
    opportunity.save(update_fields=["version", "updated_at"])
    changes: Changes = {name: (before, after)}
    event = OpportunityChanged(
        opportunity_id=str(opportunity.pk), contact_id=text_of(opportunity.contact_id),
        company_id=text_of(opportunity.company_id), title=opportunity.name, version=opportunity.version, fields=[name],
    )  # fmt: skip
    announce(opportunity, "changed", [event], actor=actor, changes=changes)
