"""What an opportunity is made of, said once: lists, filters, bulk edit and the API read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.whole_units import in_units
from bandhu.identity.masking import may_see
from bandhu.platform.record_kinds import Field, RecordKind
from bandhu.sales.actions import change_opportunity
from bandhu.sales.models import (
    OPEN_LINES,
    PER_YEAR,
    CloseReason,
    Forecast,
    Opportunity,
    Pipeline,
    Stage,
    StageKind,
    with_staleness,
)

_CONTACTS, _COMPANIES = "customers.view_contact", "customers.view_company"
_WHAT, _WHO, _MONEY, _FACTS = _("Opportunity"), _("Who"), _("Amount"), _("Facts")


def _states() -> Sequence[tuple[str, Any]]:
    return StageKind.choices


def _pipelines() -> Sequence[tuple[str, Any]]:
    return [(str(one.pk), one.label) for one in Pipeline.objects.all()]


def _stages() -> Sequence[tuple[str, Any]]:
    rows = Stage.objects.select_related("pipeline").order_by("pipeline__position", "position")
    return [(str(one.pk), f"{one.pipeline.label}: {one.label}") for one in rows]


def _reasons() -> Sequence[tuple[str, Any]]:
    return [(str(one.pk), one.label) for one in CloseReason.objects.all()]


def _recurring_a_year() -> Combinable:
    """What comes again in a year."""
    times = Case(
        *(When(recurring_period=period, then=Value(times)) for period, times in PER_YEAR.items()),
        output_field=IntegerField(),
    )
    return F("recurring_base_minor") * times


def chance(rows: QuerySet) -> QuerySet:
    """Adds the probability that counts, in percent: the seller's own, else the stage's."""
    number = DecimalField(max_digits=6, decimal_places=1)
    share = Coalesce("probability", "stage__probability", output_field=number)
    return rows.annotate(chance_percent=ExpressionWrapper(share * 100, output_field=number))


def forecast_line(rows: QuerySet) -> QuerySet:
    """Adds the line of the forecast an opportunity counts in, as `line_of` says it."""
    own = Coalesce(NullIf("forecast", Value("")), "stage__forecast")
    open_line = Case(
        When(Q(forecast="", stage__forecast=Forecast.CLOSED), then=Value(Forecast.COMMIT)), default=own
    )
    won = When(state=StageKind.WON, then=Value(Forecast.CLOSED))
    lost = When(state=StageKind.LOST, then=Value(Forecast.OMITTED))
    return rows.annotate(counted_line=Case(won, lost, default=open_line, output_field=CharField()))


def seller_team(rows: QuerySet) -> QuerySet:
    """Adds the team a forecast counts it for: the owner's, without an owner its own."""
    ownerless = Case(When(owner__isnull=True, then=F("team")))
    return rows.annotate(seller_team=Coalesce("owner__team", ownerless))


def customer_country(rows: QuerySet) -> QuerySet:
    """Adds the company's country; where it has none, or there is no company, the contact's. None: neither has one."""
    none = Value("")
    company, contact = NullIf("company__country", none), NullIf("contact__country", none)
    return rows.annotate(customer_country=Coalesce(company, contact, output_field=CharField()))


def _lines() -> Sequence[tuple[str, Any]]:
    return Forecast.choices


def _open_lines() -> Sequence[tuple[str, Any]]:
    return OPEN_LINES


def _of_fields() -> list[Field]:
    return [*_of_whom(), *_of_money(), *_of_facts()]


def _of_whom() -> list[Field]:
    """What it is, and who has to do with it."""
    return [
        Field(name="name", label=_("Name"), path="name", sort="sort_key", setting="name", group=_WHAT),
        Field(
            name="pipeline", label=_("Pipeline"), type="choice", path="pipeline__id", reads="pipeline__label",
            choices=_pipelines, group=_WHAT,
        ),
        Field(
            name="stage", label=_("Stage"), type="choice", path="stage__id", reads="stage__label", choices=_stages,
            group=_WHAT,
        ),
        Field(name="state", label=_("State"), type="choice", path="state", choices=_states, group=_WHAT),
        Field(name="contact", label=_("Contact"), type="text", path="contact__full_name", reads="contact", group=_WHO, related_permission=_CONTACTS),
        Field(name="company", label=_("Company"), type="text", path="company__name", reads="company", group=_WHO, related_permission=_COMPANIES),
        Field(name="industry", label=_("Company's industry"), path="company__industry", group=_WHO, related_permission=_COMPANIES),
        Field(name="country", label=_("Company's country"), type="country", path="company__country", group=_WHO, related_permission=_COMPANIES),
        Field(
            name="customer_country", label=_("Customer's country"), type="country", path="customer_country", annotate=customer_country,
            made_of=(("company", _COMPANIES), ("contact", _CONTACTS)), in_list=False, group=_WHO,
        ),
        Field(name="company_region", label=_("Company's state or division"), path="company__addresses__region", in_list=False, group=_WHO, related_permission=_COMPANIES),
        Field(name="contact_region", label=_("Contact's state or division"), path="contact__addresses__region", in_list=False, group=_WHO, related_permission=_CONTACTS),
        Field(name="owner", label=_("Owner"), type="user", path="owner", setting="owner", group=_WHO),
        Field(name="team", label=_("Team"), type="team", path="team", setting="team", group=_WHO),
        Field(
            name="seller_team", label=_("Team of the owner"), type="team", path="seller_team", annotate=seller_team,
            in_list=False, group=_WHO,
        ),
        Field(name="sharer", label=_("Shared by"), type="user", path="splits__user", in_list=False, group=_WHO),
        Field(
            name="sharer_team", label=_("Team of somebody who shares it"), type="team", path="splits__user__team",
            in_list=False, group=_WHO,
        ),
    ]  # fmt: skip


def _of_money() -> list[Field]:
    """What it is worth, and how likely."""
    return [
        Field(
            name="amount", label=_("Amount"), type="money", path="amount_in_units", reads="amount",
            needs=("amount_minor", "currency"), annotate=in_units("amount_in_units"), sort="base_amount_minor", group=_MONEY,
        ),
        Field(
            name="recurring_year", label=_("Recurring in a year"), type="money", path="recurring_in_units", reads="per_year",
            needs=("recurring_minor", "recurring_period", "currency"), annotate=in_units("recurring_in_units", _recurring_a_year), group=_MONEY,
        ),
        Field(name="product", label=_("Product"), path="lines__name", group=_MONEY),
        Field(name="lines", label=_("Products"), in_list=False, group=_MONEY),
        Field(
            name="amount_from_lines", label=_("Amount from the products"), type="boolean", path="amount_from_lines",
            group=_MONEY,
        ),
        Field(
            name="probability", label=_("Probability in %"), type="number", path="chance_percent",
            annotate=chance, group=_MONEY,
        ),
        Field(
            name="forecast_line", label=_("In the forecast"), type="choice", path="counted_line", annotate=forecast_line,
            choices=_lines, group=_MONEY,
        ),
        Field(
            name="forecast", label=_("Seller's line of the forecast"), type="choice", path="forecast", choices=_open_lines,
            setting="forecast", group=_MONEY,
        ),
    ]  # fmt: skip


def _of_facts() -> list[Field]:
    """When, why, and what else is noted."""
    return [
        Field(
            name="expected_close", label=_("Expected close"), type="date", path="expected_close",
            sort="expected_close", setting="expected_close", group=_FACTS,
        ),
        Field(
            name="next_step_due_at", label=_("Next step due"), type="datetime", path="next_step_due_at", group=_FACTS
        ),
        Field(
            name="stage_entered_at", label=_("In this stage since"), type="datetime", path="stage_entered_at",
            group=_FACTS,
        ),
        Field(
            name="is_stale", label=_("Too long in its stage"), type="boolean", path="is_stale_now", annotate=with_staleness, group=_FACTS
        ),
        Field(name="closed_at", label=_("Closed"), type="datetime", path="closed_at", sort="closed_at", group=_FACTS),
        Field(
            name="close_reason", label=_("Reason"), type="choice", path="close_reason__id", reads="close_reason__label",
            choices=_reasons, group=_FACTS,
        ),
        Field(name="source", label=_("Source"), path="source", setting="source", group=_FACTS),
        Field(name="campaign", label=_("Campaign"), path="campaign", setting="campaign", group=_FACTS),
        Field(name="competitor", label=_("Competitor"), path="competitors__name", group=_FACTS),
        Field(name="tags", label=_("Tags"), type="tags", path="tags", setting="tags", group=_FACTS),
        Field(name="note", label=_("Note"), type="long_text", path="note", setting="note", group=_FACTS),
        Field(name="created_at", label=_("Created"), type="datetime", path="created_at", sort="created_at", group=_FACTS),
        Field(name="created_by", label=_("Created by"), type="user", path="created_by", group=_FACTS),
        Field(name="updated_at", label=_("Changed"), type="datetime", path="updated_at", group=_FACTS),
    ]  # fmt: skip


def _url(record: Any) -> str:
    return reverse("sales:opportunity", args=[getattr(record, "pk", record)])


OPPORTUNITY = RecordKind(
    name="opportunity",
    label=_("Opportunity"),
    plural=_("Opportunities"),
    icon="handshake",
    model=Opportunity,
    view_permission="sales.view_opportunity",
    change_permission="sales.change_opportunity",
    create_permission="sales.create_opportunity",
    url=_url,
    list_url_name="sales:opportunities",
    new_url_name="sales:opportunity_new",
    pages={"board": "sales:board", "analysis": "sales:analysis", "stage": "sales:stage_conditions"},
    fields=_of_fields(),
    default_columns=(
        "name",
        "company",
        "stage",
        "amount",
        "expected_close",
        "owner",
        "next_step_due_at",
        "tags",
    ),
    default_sort="name",
    change=change_opportunity,
    unmasked=may_see,
    search_hint=_("Name of an opportunity or a customer"),
    empty_text=_("Possible sales, from the first talk to won or lost. Create the first one for a customer."),
    custom_fields=True,
)
