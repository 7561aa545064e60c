"""What the search knows of quotes and orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.platform.registries import SearchDocument, SearchKind
from bandhu.quotes.models import Order, Quote
from bandhu.sales.search_documents import without_customers

_COLUMNS = ("pk", "number", "title", "contact__full_name", "company__name", "owner_id", "team_id")


def _documents(model: Any, kept: Q) -> Callable[[Sequence[UUID]], Iterator[SearchDocument]]:
    def documents(ids: Sequence[UUID]) -> Iterator[SearchDocument]:
        rows = model.objects.filter(kept, pk__in=ids).values_list(*_COLUMNS)
        for pk, number, title, contact, company, owner_id, team_id in rows.iterator(chunk_size=2_000):
            customers = [one for one in (company, contact) if one]
            yield SearchDocument(
                record_id=pk, names=[f"{number} {title}".strip(), number], detail=" · ".join(customers),
                words=customers, owner_id=owner_id, team_id=team_id,
            )  # fmt: skip

    return documents


QUOTES = SearchKind(
    name="quote",
    label=_("Quote"),
    icon="file-text",
    url=lambda pk: reverse("quotes:quote", args=[pk]),
    visible_to=lambda user: Quote.objects.visible_to(user),
    documents=_documents(Quote, Q(deleted_at=None)),
    all_ids=lambda: Quote.objects.filter(deleted_at=None).values_list("pk", flat=True).iterator(),
    view_permission="quotes.view_quote",
    without_related=without_customers(Quote),
    position=32,
)
ORDERS = SearchKind(
    name="order",
    label=_("Order"),
    icon="package-check",
    url=lambda pk: reverse("quotes:order", args=[pk]),
    visible_to=lambda user: Order.objects.visible_to(user),
    documents=_documents(Order, Q()),
    all_ids=lambda: Order.objects.values_list("pk", flat=True).iterator(),
    view_permission="quotes.view_order",
    without_related=without_customers(Order),
    position=34,
)
