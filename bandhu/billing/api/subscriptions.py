"""REST: subscriptions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.billing import actions, queries
from bandhu.billing.api.invoices import InvoiceLineIn, InvoiceLineOut, line_asked, line_shaped
from bandhu.billing.models import Subscription
from bandhu.platform.custom_fields import seen_values
from bandhu.platform.listing import listing_for
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.rest import (
    Day,
    Given,
    ListIn,
    PageOf,
    YesNo,
    answers,
    filter_tree,
    page_of,
    wanted_version,
    with_version,
)
from bandhu.quotes import queries as quotes

router = Router(tags=["subscriptions"])
KIND = "subscription"
_LINKS = ("contact", "company", "owner", "team")
_TEXTS = ("reference", "note", "language", "time_zone", "currency")


class SubscriptionPatch(Given):
    """What is sent is changed. `last_day` is the last one that is in it; `periods` how many there are in all; `in_arrears` bills each when it is over; `custom` are own fields by key."""

    contact_id: UUID | None = None
    company_id: UUID | None = None
    language: str | None = Field(None, max_length=12)
    reference: str | None = Field(None, max_length=120)
    note: str | None = None
    time_zone: str | None = Field(None, max_length=64)
    last_day: Day | None = None
    periods: int | None = Field(None, ge=1, le=1200)
    owner_id: UUID | None = None
    team_id: UUID | None = None
    interval: Literal["week", "month", "quarter", "year"] | None = None
    every: int | None = Field(None, ge=1, le=60)
    starts_on: Day | None = None
    trial_until: Day | None = None
    in_arrears: YesNo | None = None
    custom: dict[str, Any] | None = None


class SubscriptionIn(SubscriptionPatch):
    """For a customer, or with `order_id` for that of an order, with its lines where no others are sent."""

    order_id: UUID | None = None
    currency: str | None = Field(None, max_length=3)
    lines: list[InvoiceLineIn] = Field(default_factory=list, max_length=1000)


class SubscribedLinesIn(Given):
    """All lines of a period. With `prorates` the rest of the period that runs is billed or credited to the day.

    Without, the lines count from the next period that is not billed yet: in advance the one after the period that runs, in arrears all of
    the period that runs.
    """

    lines: list[InvoiceLineIn] = Field(min_length=1, max_length=1000)
    prorates: bool = True


class SubscriptionCancellationIn(Given):
    """With the end of what is billed, or `at_once`; then with `credits` for the days that are left."""

    reason: str = Field(min_length=1, max_length=300)
    at_once: bool = False
    credits: bool = True


class BilledPeriodOut(Schema):
    """From `from_on` up to, not including, `to_on`."""

    number: int
    from_on: date
    to_on: date
    paused_days: int
    invoice_id: UUID | None


class SubscriptionOut(Schema):
    """`next_on` is the first day that is not billed yet; a period `in_arrears` is billed on `due_on`. `monthly_minor` is the net of a month in the base currency."""

    id: UUID
    version: int
    number: str
    state: str
    contact_id: UUID | None
    company_id: UUID | None
    order_id: UUID | None
    language: str
    reference: str
    note: str
    interval: str
    every: int
    in_arrears: bool
    time_zone: str
    starts_on: date
    trial_until: date | None
    last_day: date | None
    periods: int | None
    billed_periods: int
    next_on: date
    due_on: date | None
    paused_on: date | None
    ended_on: date | None
    end_reason: str
    problem: str
    currency: str
    net_minor: int
    tax_minor: int
    amount_minor: int
    base_amount_minor: int
    rate: Decimal
    monthly_minor: int
    owner_id: UUID | None
    team_id: UUID | None
    created_at: datetime
    updated_at: datetime
    custom: dict[str, Any]
    url: str
    lines: list[InvoiceLineOut]


@router.get("/subscriptions", response=answers(PageOf[SubscriptionOut]))
def list_subscriptions(request: HttpRequest, asked: ListIn) -> Any:
    """The newest first, or as `sort` says."""
    definition = {"filter": filter_tree(asked.filter), "sort": asked.sort}
    rows, order = listing_for(request.user, KIND, definition, text=asked.q).ordered()
    return page_of(rows.prefetch_related("lines"), order, asked, lambda one: _shaped(request, one))


@router.post("/subscriptions", response=answers(SubscriptionOut, 201))
def create_subscription(request: HttpRequest, response: HttpResponse, payload: SubscriptionIn) -> Any:
    """A new one; its first invoice is written when its first period begins."""
    given = _arguments(payload)
    given.pop("order_id", None)
    order = quotes.order_for(request.user, payload.order_id) if payload.order_id else None
    lines = [line_asked(request, one) for one in payload.lines]
    made = actions.create_subscription(actor=request.user, order=order, lines=lines, **given)
    return Status(201, _answer(request, response, made))


@router.get("/subscriptions/{subscription_id}", response=answers(SubscriptionOut))
def get_subscription(request: HttpRequest, response: HttpResponse, subscription_id: UUID) -> Any:
    """One with its lines; its version is the ETag."""
    return _fresh(request, response, subscription_id)


@router.get("/subscriptions/{subscription_id}/periods", response=answers(list[BilledPeriodOut]))
def list_periods(request: HttpRequest, subscription_id: UUID) -> Any:
    """The periods that were billed, the newest first; at most 36."""
    return queries.subscription_card(request.user, subscription_id).periods


@router.patch("/subscriptions/{subscription_id}", response=answers(SubscriptionOut))
def change_subscription(
    request: HttpRequest, response: HttpResponse, subscription_id: UUID, payload: SubscriptionPatch
) -> Any:
    """Change its head; the schedule only before the first period was billed. With If-Match, an old version is refused (412)."""
    found = queries.subscription_for(request.user, subscription_id)
    version = wanted_version(request, found.version)
    actions.change_subscription(found, actor=request.user, version=version, **_arguments(payload))
    return _fresh(request, response, subscription_id)


@router.put("/subscriptions/{subscription_id}/lines", response=answers(SubscriptionOut))
def change_subscribed_lines(
    request: HttpRequest, response: HttpResponse, subscription_id: UUID, payload: SubscribedLinesIn
) -> Any:
    """Other lines from today, to the day, or from the next period. Where less is to be paid, the permission to credit is needed."""
    found = queries.subscription_for(request.user, subscription_id)
    lines = [line_asked(request, one) for one in payload.lines]
    version = wanted_version(request, found.version)
    actions.change_lines(found, actor=request.user, lines=lines, version=version, prorates=payload.prorates)
    return _fresh(request, response, subscription_id)


@router.post("/subscriptions/{subscription_id}/pause", response=answers(SubscriptionOut))
def pause_subscription(request: HttpRequest, response: HttpResponse, subscription_id: UUID) -> Any:
    """Nothing is billed until it is resumed. Repeating it changes nothing."""
    actions.pause_subscription(queries.subscription_for(request.user, subscription_id), actor=request.user)
    return _fresh(request, response, subscription_id)


@router.post("/subscriptions/{subscription_id}/resume", response=answers(SubscriptionOut))
def resume_subscription(request: HttpRequest, response: HttpResponse, subscription_id: UUID) -> Any:
    """It goes on today; the days it rested are added to what was billed."""
    actions.resume_subscription(queries.subscription_for(request.user, subscription_id), actor=request.user)
    return _fresh(request, response, subscription_id)


@router.post("/subscriptions/{subscription_id}/cancellation", response=answers(SubscriptionOut))
def cancel_subscription(
    request: HttpRequest, response: HttpResponse, subscription_id: UUID, payload: SubscriptionCancellationIn
) -> Any:
    """End it. Repeating it after the end changes nothing."""
    found = queries.subscription_for(request.user, subscription_id)
    actions.cancel_subscription(found, actor=request.user, **payload.dict())
    return _fresh(request, response, subscription_id)


def _arguments(payload: SubscriptionPatch) -> dict[str, Any]:
    """What was sent as the actions take it: links without "_id", texts never None."""
    sent = payload.dict(exclude_unset=True, exclude={"lines"})
    given = {name.removesuffix("_id") if name.removesuffix("_id") in _LINKS else name: value for name, value in sent.items()}  # fmt: skip
    given |= {name: given[name] or "" for name in _TEXTS if name in given}
    given |= {"custom": given["custom"] or {}} if "custom" in given else {}
    # A schedule is never empty: null leaves it as it is.
    return {name: value for name, value in given.items() if value is not None or name not in ("interval", "every", "starts_on", "in_arrears")}  # fmt: skip


def _fresh(request: HttpRequest, response: HttpResponse, subscription_id: UUID) -> dict[str, Any]:
    return _answer(request, response, queries.subscription_for(request.user, subscription_id))


def _answer(request: HttpRequest, response: HttpResponse, record: Subscription) -> dict[str, Any]:
    with_version(response, record.version)
    return _shaped(request, record)


def _shaped(request: HttpRequest, record: Subscription) -> dict[str, Any]:
    computed = ("custom", "url", "lines")
    found = {name: getattr(record, name) for name in SubscriptionOut.model_fields if name not in computed}
    return found | {
        "custom": seen_values(request.user, KIND, record),
        "url": request.build_absolute_uri(record_kinds[KIND].url(record)),
        "lines": [line_shaped(one) for one in record.lines.all()],
    }
