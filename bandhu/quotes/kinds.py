"""What quotes and orders are made of, said once: lists, filters, export and the API's filters read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.whole_units import in_units
from bandhu.identity.masking import may_see
from bandhu.platform.languages import interface_languages
from bandhu.platform.record_kinds import Field, RecordKind
from bandhu.quotes.actions import change_order, change_quote
from bandhu.quotes.models import Order, OrderState, Quote, QuoteState

_CONTACTS, _COMPANIES = "customers.view_contact", "customers.view_company"
_WHAT, _WHO, _MONEY, _FACTS = _("Quote"), _("Who"), _("Amount"), _("Facts")


def _languages() -> Sequence[tuple[str, Any]]:
    return [(one.code, one.own_name) for one in interface_languages()]


def _of_both(states: Any) -> list[Field]:
    """What quotes and orders have in common."""
    return [
        Field(name="number", label=_("Number"), path="number", sort="number", group=_WHAT),
        Field(name="title", label=_("Title"), path="title", sort="title", group=_WHAT),
        Field(name="state", label=_("State"), type="choice", path="state", choices=lambda: states.choices, group=_WHAT),
        Field(name="contact", label=_("Contact"), type="text", path="contact__full_name", reads="contact", group=_WHO, related_permission=_CONTACTS),
        Field(name="company", label=_("Company"), type="text", path="company__name", reads="company", group=_WHO, related_permission=_COMPANIES),
        Field(name="owner", label=_("Owner"), type="user", path="owner", group=_WHO),
        Field(name="team", label=_("Team"), type="team", path="team", group=_WHO),
        Field(name="language", label=_("Language"), type="choice", path="language", choices=_languages, group=_WHO),
        Field(name="country", label=_("Country of taxation"), type="country", path="country", group=_MONEY),
        Field(
            name="amount", label=_("Total"), type="money", path="amount_in_units", reads="amount",
            needs=("amount_minor", "currency"), annotate=in_units("amount_in_units"), sort="base_amount_minor", group=_MONEY,
        ),
        Field(name="updated_at", label=_("Changed"), type="datetime", path="updated_at", group=_FACTS),
        Field(name="created_by", label=_("Created by"), type="user", path="created_by", group=_FACTS),
    ]  # fmt: skip


def _url(name: str) -> Any:
    return lambda record: reverse(f"quotes:{name}", args=[getattr(record, "pk", record)])


QUOTE = RecordKind(
    name="quote",
    label=_("Quote"),
    plural=_("Quotes"),
    icon="file-text",
    model=Quote,
    view_permission="quotes.view_quote",
    change_permission="quotes.change_quote",
    create_permission="quotes.create_quote",
    url=_url("quote"),
    list_url_name="quotes:quotes",
    new_url_name="quotes:quote_new",
    fields=[
        *_of_both(QuoteState),
        Field(name="valid_until", label=_("Valid until"), type="date", path="valid_until", group=_FACTS),
        Field(name="sent_at", label=_("Sent"), type="datetime", path="sent_at", group=_FACTS),
        Field(name="decided_at", label=_("Decided"), type="datetime", path="decided_at", group=_FACTS),
        Field(name="created_at", label=_("Created"), type="datetime", path="created_at", sort="created_at", group=_FACTS),
        # Named for the audit trail; they are edited on the quote's page.
        Field(name="opportunity", label=_("Opportunity"), in_list=False),
        Field(name="lines", label=_("Lines"), in_list=False),
        Field(name="introduction", label=_("Introduction"), in_list=False),
        Field(name="terms", label=_("Terms"), in_list=False),
        Field(name="price_book", label=_("Price book"), in_list=False),
        Field(name="template", label=_("Template"), in_list=False),
        Field(name="currency", label=_("Currency"), in_list=False),
        Field(name="decline_reason", label=_("Reason"), in_list=False),
        Field(name="wins_opportunity", label=_("Wins the opportunity"), in_list=False),
    ],
    default_columns=("number", "title", "company", "state", "amount", "valid_until", "owner"),
    default_sort="-created_at",
    change=change_quote,
    unmasked=may_see,
    search_hint=_("Number or title of a quote, or a customer"),
    empty_text=_("What was offered to customers. Write the first quote from an opportunity, or here."),
    custom_fields=True,
)  # fmt: skip

_OF_ORDER = [
    replace(one, setting=one.name) if one.name in ("owner", "team") else one for one in _of_both(OrderState)
]

ORDER = RecordKind(
    name="order",
    label=_("Order"),
    plural=_("Orders"),
    icon="package-check",
    model=Order,
    view_permission="quotes.view_order",
    change_permission="quotes.change_order",
    create_permission="",
    url=_url("order"),
    list_url_name="quotes:orders",
    fields=[
        *_OF_ORDER,
        Field(name="quote", label=_("Quote"), path="quote__number", group=_FACTS),
        Field(name="placed_at", label=_("Placed"), type="datetime", path="placed_at", sort="placed_at", group=_FACTS),
        Field(name="cancel_reason", label=_("Reason of the cancellation"), path="cancel_reason", group=_FACTS),
    ],
    default_columns=("number", "title", "company", "state", "amount", "placed_at", "owner"),
    default_sort="-placed_at",
    change=change_order,
    unmasked=may_see,
    custom_fields=True,
    search_hint=_("Number or title of an order, or a customer"),
    empty_text=_("What customers have bound themselves to. An accepted quote becomes an order."),
)  # fmt: skip


def with_acceptance(rows: QuerySet) -> QuerySet:
    """Adds whether a quote of the opportunity was accepted."""
    accepted = Quote.objects.filter(opportunity=OuterRef("pk"), state=QuoteState.ACCEPTED)
    return rows.annotate(has_accepted_quote=Exists(accepted))


# Of opportunities, which know nothing of quotes: filters and the conditions of stages ask it ("won only with an accepted quote").
ACCEPTED = Field(
    name="has_accepted_quote", label=_("Has an accepted quote"), type="boolean", path="has_accepted_quote",
    annotate=with_acceptance, in_list=False, masked_by="quotes.view_quote", group=_FACTS,
)  # fmt: skip
