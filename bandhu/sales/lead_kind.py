"""The fields of leads: lists, filters, bulk edit, assignment and score rules read them from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, FloatField, QuerySet
from django.db.models.functions import Round
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.identity.masking import may_see
from bandhu.platform.record_kinds import Field, RecordKind
from bandhu.sales.actions import change_lead
from bandhu.sales.models import Lead, LeadReason, LeadSource, LeadStatus, WebForm

_CONTACTS, _COMPANIES = "customers.view_contact", "customers.view_company"
_WHAT, _WHO, _FROM, _FACTS = _("Lead"), _("Who"), _("Where from"), _("Facts")


def _statuses() -> Sequence[tuple[str, Any]]:
    return LeadStatus.choices


def _sources() -> Sequence[tuple[str, Any]]:
    return [(str(one.pk), one.label) for one in LeadSource.objects.all()]


def _forms() -> Sequence[tuple[str, Any]]:
    return [(str(one.pk), one.name) for one in WebForm.objects.all()]


def _reasons() -> Sequence[tuple[str, Any]]:
    return [(str(one.pk), one.label) for one in LeadReason.objects.all()]


def chance_in_percent(rows: QuerySet) -> QuerySet:
    """Adds the learned chance as people type it in a filter."""
    return rows.annotate(chance_percent=Round(F("chance") * 100.0, output_field=FloatField()))


def _moment(name: str, label: Any, *, sort: bool = False) -> Field:
    return Field(name=name, label=label, type="datetime", path=name, sort=name if sort else "", group=_FACTS)


_FIELDS = [
    Field(name="title", label=_("What it is about"), path="title", sort="sort_key", setting="title", group=_WHAT),
    Field(name="status", label=_("Status"), type="choice", path="status", choices=_statuses, group=_WHAT),
    Field(name="score", label=_("Score"), type="number", path="score", sort="score", group=_WHAT),
    Field(
        name="chance", label=_("Learned chance in %"), type="number", path="chance_percent", sort="chance", annotate=chance_in_percent,
        group=_WHAT,
    ),
    Field(name="message", label=_("Message"), type="long_text", path="message", group=_WHAT),
    Field(name="contact", label=_("Contact"), path="contact__full_name", reads="contact", group=_WHO, related_permission=_CONTACTS),
    Field(name="company", label=_("Company"), path="company__name", reads="company", group=_WHO, related_permission=_COMPANIES),
    Field(name="industry", label=_("Company's industry"), path="company__industry", group=_WHO, related_permission=_COMPANIES),
    Field(name="job_title", label=_("Contact's job"), path="contact__job_title", group=_WHO, related_permission=_CONTACTS),
    Field(name="language", label=_("Language"), type="language", path="language", setting="language", group=_WHO),
    Field(name="country", label=_("Country"), type="country", path="country", setting="country", group=_WHO),
    Field(name="owner", label=_("Owner"), type="user", path="owner", setting="owner", group=_WHO),
    Field(name="team", label=_("Team"), type="team", path="team", setting="team", group=_WHO),
    Field(
        name="source", label=_("Source"), type="choice", path="source__id", reads="source__label", choices=_sources,
        group=_FROM,
    ),
    Field(
        name="web_form", label=_("Web form"), type="choice", path="web_form__id", reads="web_form__name",
        choices=_forms, group=_FROM,
    ),
    Field(name="campaign", label=_("Campaign"), path="campaign", setting="campaign", group=_FROM),
    Field(name="utm_source", label=_("UTM source"), path="utm_source", group=_FROM),
    Field(name="utm_medium", label=_("UTM medium"), path="utm_medium", group=_FROM),
    Field(name="landing_page", label=_("Landing page"), path="landing_page", group=_FROM),
    Field(name="referrer", label=_("Came from"), path="referrer", group=_FROM),
    _moment("received_at", _("Received"), sort=True),
    _moment("response_due_at", _("Answer due")),
    _moment("first_response_at", _("Answered")),
    _moment("waits_since", _("Wrote again")),
    _moment("status_since", _("In this status since")),
    Field(name="nurture_until", label=_("Kept warm until"), type="date", path="nurture_until", group=_FACTS),
    _moment("closed_at", _("Closed")),
    Field(
        name="close_reason", label=_("Reason"), type="choice", path="close_reason__id", reads="close_reason__label",
        choices=_reasons, group=_FACTS,
    ),
    Field(name="tags", label=_("Tags"), type="tags", path="tags", setting="tags", group=_FACTS),
    Field(name="created_by", label=_("Created by"), type="user", path="created_by", group=_FACTS),
    _moment("updated_at", _("Changed")),
]  # fmt: skip


def _url(record: Any) -> str:
    return reverse("sales:lead", args=[getattr(record, "pk", record)])


LEAD = RecordKind(
    name="lead",
    has_face=True,
    label=_("Lead"),
    plural=_("Leads"),
    icon="inbox",
    model=Lead,
    view_permission="sales.view_lead",
    change_permission="sales.change_lead",
    create_permission="sales.create_lead",
    url=_url,
    list_url_name="sales:leads",
    new_url_name="sales:lead_new",
    fields=_FIELDS,
    default_columns=(
        "title",
        "contact",
        "status",
        "score",
        "source",
        "received_at",
        "response_due_at",
        "owner",
    ),
    default_sort="-received_at",
    change=change_lead,
    unmasked=may_see,
    search_hint=_("What a lead is about, or a customer"),
    empty_text=_(
        "Enquiries from any source arrive here. Write the first one down, or put a form on your website."
    ),
    custom_fields=True,
)
