"""What the search knows of opportunities."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.customers.queries import hide_unseen_customers
from bandhu.platform.registries import SearchDocument, SearchKind
from bandhu.sales.models import Lead, Opportunity


def opportunity_documents(ids: Sequence[UUID]) -> Iterator[SearchDocument]:
    """Documents of those among `ids` that are not in the bin."""
    rows = Opportunity.objects.filter(pk__in=ids, deleted_at__isnull=True)
    columns = ("pk", "name", "contact__full_name", "company__name", "owner_id", "team_id")
    for pk, name, contact, company, owner_id, team_id in rows.values_list(*columns).iterator(
        chunk_size=2_000
    ):
        customers = [one for one in (company, contact) if one]
        yield SearchDocument(
            record_id=pk,
            names=[name],
            detail=" · ".join(customers),
            words=customers,
            owner_id=owner_id,
            team_id=team_id,
        )


def without_customers(model: Any) -> Callable[[Any, Sequence[UUID]], dict[UUID, str]]:
    """Those of the model's records of whose customers a user may not see one, with the name of the other where there is one."""

    def left(user: Any, ids: Sequence[UUID]) -> dict[UUID, str]:
        if user.holds_on_all("customers.view_company") and user.holds_on_all("customers.view_contact"):
            return {}
        rows: list[Any] = list(model.objects.filter(pk__in=ids).select_related("company", "contact"))
        named = {one.pk: _customers_of(one) for one in rows}
        hide_unseen_customers(user, rows)
        return {one.pk: rest for one in rows if (rest := _customers_of(one)) != named[one.pk]}

    return left


def _customers_of(record: Any) -> str:
    return " · ".join(str(one) for one in (record.company, record.contact) if one)


OPPORTUNITIES = SearchKind(
    name="opportunity",
    label=_("Opportunity"),
    icon="handshake",
    url=lambda pk: reverse("sales:opportunity", args=[pk]),
    visible_to=lambda user: Opportunity.objects.visible_to(user),
    documents=opportunity_documents,
    all_ids=lambda: (
        Opportunity.objects.filter(deleted_at__isnull=True).values_list("pk", flat=True).iterator()
    ),
    view_permission="sales.view_opportunity",
    without_related=without_customers(Opportunity),
    position=30,
)


def lead_documents(ids: Sequence[UUID]) -> Iterator[SearchDocument]:
    """Documents of those among `ids` that are not in the bin."""
    rows = Lead.objects.filter(pk__in=ids, deleted_at__isnull=True)
    columns = ("pk", "title", "contact__full_name", "company__name", "campaign", "owner_id", "team_id")
    for pk, title, contact, company, campaign, owner_id, team_id in rows.values_list(*columns).iterator(
        chunk_size=2_000
    ):
        customers = [one for one in (company, contact) if one]
        yield SearchDocument(
            record_id=pk,
            names=[title],
            detail=" · ".join(customers),
            words=[*customers, *([campaign] if campaign else [])],
            owner_id=owner_id,
            team_id=team_id,
        )


LEADS = SearchKind(
    name="lead",
    label=_("Lead"),
    icon="inbox",
    url=lambda pk: reverse("sales:lead", args=[pk]),
    visible_to=lambda user: Lead.objects.visible_to(user),
    documents=lead_documents,
    all_ids=lambda: Lead.objects.filter(deleted_at__isnull=True).values_list("pk", flat=True).iterator(),
    view_permission="sales.view_lead",
    without_related=without_customers(Lead),
    position=28,
)
