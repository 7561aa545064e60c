"""Reading opportunities."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from bandhu.customers.models import Company, Contact
from bandhu.customers.queries.contacts import as_uuid
from bandhu.identity.masking import may_see, seen
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.interactions.models import FollowUp
from bandhu.platform.whole_rows import row_of
from bandhu.sales.models import Competitor, Opportunity, Split, Stage, StageMove, Stakeholder
from bandhu.sales.queries.pipelines import VIEW

MOVES_SHOWN = 100


def opportunities(user: Any, permission: str = VIEW) -> ScopedQuerySet:
    """Every opportunity the user may see (or may do `permission` to), without those in the bin. Order them yourself."""
    return Opportunity.objects.visible_to(user, permission)


def opportunity_for(
    user: Any, opportunity_id: UUID | str, permission: str = VIEW, *, deleted: bool = False
) -> Opportunity:
    """The opportunity with all it points to; raises OutOfReach (404)."""
    rows = Opportunity.objects.visible_to(user, permission, deleted=deleted)
    rows = rows.select_related("stage", "pipeline", "contact", "company", "owner", "team", "close_reason")
    return _only(rows, opportunity_id)


def bare_opportunity_for(user: Any, opportunity_id: UUID | str) -> Opportunity:
    """The opportunity alone: what it points to is read when it is asked for. Raises OutOfReach (404)."""
    if not user.holds_on_all(VIEW):
        return _only(Opportunity.objects.visible_to(user, VIEW), opportunity_id)
    found = row_of(Opportunity, as_uuid(opportunity_id))
    if found is None or found.deleted_at is not None:
        raise OutOfReach
    return found


def _only(rows: ScopedQuerySet, opportunity_id: UUID | str) -> Opportunity:
    found = rows.filter(pk=as_uuid(opportunity_id)).first()
    if found is None:
        raise OutOfReach
    return found


def opportunities_of(user: Any, customer: Contact | Company) -> ScopedQuerySet:
    """Of a contact (also where they are a stakeholder) or of a company and its people; open ones first, then the newest."""
    if isinstance(customer, Contact):
        mine = Q(contact=customer) | Q(
            pk__in=Stakeholder.objects.filter(contact=customer).values("opportunity")
        )
    else:
        mine = Q(company=customer) | Q(contact__company=customer)
    rows = opportunities(user).filter(mine).select_related("stage", "owner")
    return rows.order_by(F("closed_at").desc(nulls_first=True), "-pk")


def deleted_opportunities(user: Any) -> ScopedQuerySet:
    """The bin, newest first; needs the right to delete."""
    rows = Opportunity.objects.visible_to(user, "sales.delete_opportunity", deleted=True)
    return rows.filter(deleted_at__isnull=False).order_by("-deleted_at", "-pk")


def moves_of(user: Any, opportunity: Opportunity) -> list[StageMove]:
    """The newest moves first."""
    rows = StageMove.objects.visible_to(user, VIEW).filter(opportunity=opportunity)
    return list(
        rows.select_related("from_stage", "to_stage", "actor", "stage_run").order_by("-at", "-pk")[
            :MOVES_SHOWN
        ]
    )


@dataclass(frozen=True)
class PathStep:
    """A stage on the way of one opportunity: "done", "current" or "todo"."""

    stage: Stage
    state: str


@dataclass
class OpportunityCard:
    """Everything the record page shows, in few statements whatever its size. Customers out of reach are left out."""

    record: Opportunity
    path: list[PathStep]
    endings: list[Stage]
    contact: Contact | None
    company: Company | None
    may_change: bool
    may_delete: bool
    tags: list[Any] = field(default_factory=list)
    stakeholders: list[Stakeholder] = field(default_factory=list)
    competitors: list[Competitor] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    steps: list[FollowUp] = field(default_factory=list)
    has_lines: bool = False


def opportunity_card(user: Any, opportunity_id: UUID | str) -> OpportunityCard:
    """The page of an opportunity. Raises OutOfReach (404)."""
    found = opportunity_for(user, opportunity_id)
    stages = list(found.pipeline.stages.filter(Q(is_active=True) | Q(pk=found.stage_id)))
    return OpportunityCard(
        record=found,
        path=_path(found, [stage for stage in stages if stage.kind == "open"]),
        endings=[stage for stage in stages if stage.kind != "open"],
        contact=seen(user, found.contact, "customers.view_contact"),
        company=seen(user, found.company, "customers.view_company"),
        may_change=may_see(user, "sales.change_opportunity", found),
        may_delete=may_see(user, "sales.delete_opportunity", found),
        tags=list(found.tags.all()),
        stakeholders=stakeholders_of(user, found),
        competitors=competitors_of(found),
        splits=splits_of(found),
        steps=open_steps(user, found),
        has_lines=found.lines.exists(),
    )


def open_steps(user: Any, opportunity: Opportunity) -> list[FollowUp]:
    """The next steps planned for it, the earliest first."""
    rows = FollowUp.objects.visible_to(user, "interactions.view_followup")
    rows = rows.filter(opportunity_step__opportunity=opportunity, state=FollowUp.State.OPEN)
    return list(rows.select_related("owner", "contact", "company").order_by("due_at"))


def stakeholders_of(user: Any, opportunity: Opportunity) -> list[Stakeholder]:
    """Who has a say in it; people out of reach are left out."""
    visible = Contact.objects.visible_to(user).filter(stakes__opportunity=opportunity)
    rows = opportunity.stakeholders.filter(contact__in=visible.values("pk"))
    return list(rows.select_related("contact").order_by("role", "contact__sort_key"))


def competitors_of(opportunity: Opportunity) -> list[Competitor]:
    """Who else wants it, by name."""
    return list(opportunity.competitors.order_by("name", "pk"))


def splits_of(opportunity: Opportunity) -> list[Split]:
    """The sellers' parts, the largest first."""
    return list(opportunity.splits.select_related("user").order_by("-percent", "pk"))


def _path(opportunity: Opportunity, stages: list[Stage]) -> list[PathStep]:
    """Open stages before the present one are done; of a won one all, of a lost one those it reached."""
    if opportunity.state == "won":
        return [PathStep(stage, "done") for stage in stages]
    here = opportunity.stage.position if opportunity.state == "open" else -1
    return [
        PathStep(
            stage,
            "current" if stage.pk == opportunity.stage_id else "done" if stage.position < here else "todo",
        )
        for stage in stages
    ]
