"""What the search knows of tickets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.customers.queries import hide_unseen_customers
from bandhu.platform.registries import SearchDocument, SearchKind
from bandhu.service.models import Ticket


def ticket_documents(ids: Sequence[UUID]) -> Iterator[SearchDocument]:
    """Documents of those among `ids` that are not in the bin."""
    rows = Ticket.objects.filter(pk__in=ids, deleted_at__isnull=True)
    columns = (
        "pk",
        "number",
        "external_id",
        "title",
        "contact__full_name",
        "company__name",
        "owner_id",
        "team_id",
    )
    for pk, number, elsewhere, title, contact, company, owner_id, team_id in rows.values_list(
        *columns
    ).iterator(chunk_size=2_000):
        customers = [one for one in (company, contact) if one]
        yield SearchDocument(
            record_id=pk,
            names=[f"T-{number} {title}"],
            detail=" · ".join(customers),
            words=[*customers, str(number), *([elsewhere] if elsewhere else [])],
            owner_id=owner_id,
            team_id=team_id,
        )


def _without_customers(user: Any, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Those of whose customers a user may not see one, with the name of the other where there is one."""
    if user.holds_on_all("customers.view_company") and user.holds_on_all("customers.view_contact"):
        return {}
    rows: list[Any] = list(Ticket.objects.filter(pk__in=ids).select_related("company", "contact"))
    named = {one.pk: _customers_of(one) for one in rows}
    hide_unseen_customers(user, rows)
    return {one.pk: rest for one in rows if (rest := _customers_of(one)) != named[one.pk]}


def _customers_of(ticket: Any) -> str:
    return " · ".join(str(one) for one in (ticket.company, ticket.contact) if one)


TICKETS = SearchKind(
    name="ticket",
    label=_("Ticket"),
    icon="ticket",
    url=lambda pk: reverse("service:ticket", args=[pk]),
    visible_to=lambda user: Ticket.objects.visible_to(user),
    documents=ticket_documents,
    all_ids=lambda: Ticket.objects.filter(deleted_at__isnull=True).values_list("pk", flat=True).iterator(),
    view_permission="service.view_ticket",
    without_related=_without_customers,
    position=26,
)
