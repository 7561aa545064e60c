"""What a subscription is made of, said once: lists, filters, bulk edit and the API read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.billing.actions import change_subscription
from bandhu.billing.models import Interval, Subscription, SubscriptionState
from bandhu.billing.queries import monthly_recurring
from bandhu.catalog.whole_units import in_units
from bandhu.identity.masking import may_see
from bandhu.platform.record_kinds import Field, RecordKind

_CONTACTS, _COMPANIES = "customers.view_contact", "customers.view_company"
_WHAT, _WHO, _MONEY, _DATES = _("Subscription"), _("Who"), _("Amount"), _("Dates")


def _states() -> Sequence[tuple[str, Any]]:
    return SubscriptionState.choices


def _intervals() -> Sequence[tuple[str, Any]]:
    return Interval.choices


def _of_fields() -> list[Field]:
    return [
        Field(name="number", label=_("Number"), path="number", reads="title", needs=("number",), sort="number", group=_WHAT),
        Field(name="state", label=_("State"), type="choice", path="state", choices=_states, group=_WHAT),
        Field(name="contact", label=_("Contact"), path="contact__full_name", reads="contact", group=_WHO, related_permission=_CONTACTS),
        Field(name="company", label=_("Company"), path="company__name", reads="company", group=_WHO, related_permission=_COMPANIES),
        Field(name="owner", label=_("Owner"), type="user", path="owner", setting="owner", group=_WHO),
        Field(name="team", label=_("Team"), type="team", path="team", setting="team", group=_WHO),
        Field(
            name="amount", label=_("Amount of a period"), type="money", path="period_in_units", reads="amount",
            needs=("amount_minor", "currency"), annotate=in_units("period_in_units"),
            sort="base_amount_minor", group=_MONEY,
        ),
        Field(
            name="monthly", label=_("Net amount of a month"), type="number", path="monthly_in_units", annotate=in_units("monthly_in_units", "monthly_minor"),
            sort="monthly_minor", group=_MONEY,
        ),
        Field(name="currency", label=_("Currency"), path="currency", group=_MONEY),
        Field(name="interval", label=_("Interval"), type="choice", path="interval", choices=_intervals, group=_DATES),
        Field(name="every", label=_("How many intervals a period has"), type="number", path="every", group=_DATES),
        Field(name="next_on", label=_("Next period"), type="date", path="next_on", sort="next_on", group=_DATES),
        Field(name="in_arrears", label=_("Billed when the period is over"), type="boolean", path="in_arrears", group=_DATES),
        Field(name="starts_on", label=_("First day"), type="date", path="starts_on", sort="starts_on", group=_DATES),
        Field(name="trial_until", label=_("First day that is paid for"), type="date", path="trial_until", group=_DATES),
        Field(name="last_day", label=_("Last day"), type="date", path="last_day", sort="last_day", group=_DATES),
        Field(name="ended_on", label=_("Ended"), type="date", path="ended_on", sort="ended_on", group=_DATES),
        Field(name="reference", label=_("Customer's reference"), path="reference", group=_WHAT),
        Field(name="note", label=_("Note"), type="long_text", path="note", group=_WHAT),
        Field(name="created_at", label=_("Created"), type="datetime", path="created_at", sort="created_at", group=_DATES),
        # Named for the audit trail.
        Field(name="lines", label=_("Lines"), in_list=False),
        Field(name="periods", label=_("Periods in all"), in_list=False),
        Field(name="time_zone", label=_("Time zone"), in_list=False),
        Field(name="language", label=_("Language"), in_list=False),
        Field(name="reason", label=_("Reason"), in_list=False),
        Field(name="billed", label=_("Billed"), in_list=False),
        Field(name="documents", label=_("Invoices and credit notes"), in_list=False),
        Field(name="problem", label=_("Problem"), in_list=False),
    ]  # fmt: skip


def _headline(_user: Any, rows: QuerySet) -> str:
    found = monthly_recurring(rows)
    if found is None:
        return ""
    return _("Monthly recurring revenue (active and past due, net): %(amount)s") % {"amount": found.written()}


def _url(record: Any) -> str:
    return reverse("billing:subscription", args=[getattr(record, "pk", record)])


SUBSCRIPTION = RecordKind(
    name="subscription",
    label=_("Subscription"),
    plural=_("Subscriptions"),
    icon="repeat",
    model=Subscription,
    view_permission="billing.view_subscription",
    change_permission="billing.change_subscription",
    create_permission="billing.create_subscription",
    url=_url,
    list_url_name="billing:subscriptions",
    new_url_name="billing:subscription_new",
    fields=_of_fields(),
    default_columns=("number", "company", "contact", "state", "amount", "interval", "next_on", "owner"),
    default_sort="-created_at",
    change=change_subscription,
    custom_fields=True,
    unmasked=may_see,
    search_hint=_("Number of a subscription or a customer"),
    headline=_headline,
    empty_text=_(
        "What customers have again and again: each period is invoiced by itself when it begins, or when it is over. Write the first one for a customer."
    ),
)
