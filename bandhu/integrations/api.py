"""REST: webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.integrations import actions, queries
from bandhu.integrations.models import WebhookDelivery
from bandhu.platform.rest import (
    Given,
    PageOf,
    PagingQuery,
    YesNo,
    answers,
    changes_in,
    held_as_read,
    page_of,
    stamped,
)

router = Router(tags=["webhooks"])


class WebhookOut(Schema):
    """An address that is told what happens; `events` empty means all."""

    id: UUID
    name: str
    url: str
    events: list[str]
    is_active: bool
    failing_since: datetime | None
    switched_off_because: str


class WebhookWithSecret(WebhookOut):
    """The secret is given when the webhook is made."""

    secret: str


class WebhookEventOut(Schema):
    """An event and what it says, in the caller's language."""

    name: str
    sentence: str


class WebhookIn(Given):
    """A new webhook."""

    name: str = Field(min_length=1, max_length=120)
    url: str = Field(max_length=2000)
    events: list[str] = Field(default=[], max_length=200)


class WebhookPatch(Given):
    """What changes."""

    name: str | None = Field(None, min_length=1, max_length=120)
    url: str | None = Field(None, max_length=2000)
    events: list[str] | None = Field(None, max_length=200)
    is_active: YesNo | None = None


class DeliveryOut(Schema):
    """One event on its way to one address."""

    id: UUID
    event: str
    state: str
    attempts: int
    status: int | None
    answer: str
    next_at: datetime | None
    created_at: datetime
    delivered_at: datetime | None

    @staticmethod
    def resolve_event(delivery: WebhookDelivery) -> str:
        return delivery.event.name

    @staticmethod
    def resolve_answer(delivery: WebhookDelivery) -> str:
        return delivery.said


@router.get("/webhooks", response=answers(PageOf[WebhookOut]))
def list_webhooks(request: HttpRequest, paging: PagingQuery) -> Any:
    """All webhooks by name."""
    return page_of(queries.webhooks(request.user), ["name"], paging, lambda row: row)


@router.post("/webhooks", response=answers(WebhookWithSecret, 201))
def create_webhook(request: HttpRequest, response: HttpResponse, payload: WebhookIn) -> Any:
    """Make a webhook; the answer holds its secret."""
    made = actions.create_webhook(actor=request.user, **payload.dict())
    return Status(201, stamped(response, WebhookOut, made))


@router.get("/webhook-events", response=answers(PageOf[WebhookEventOut]))
def list_webhook_events(request: HttpRequest) -> Any:
    """Every event a webhook can be told of, by name."""
    return {"items": queries.events_to_listen_to(request.user), "next": None}


@router.get("/webhooks/{webhook_id}", response=answers(WebhookOut))
def get_webhook(request: HttpRequest, response: HttpResponse, webhook_id: UUID) -> Any:
    """One webhook."""
    return stamped(response, WebhookOut, queries.webhook_for(request.user, webhook_id))


@router.patch("/webhooks/{webhook_id}", response=answers(WebhookOut))
def change_webhook(
    request: HttpRequest, response: HttpResponse, webhook_id: UUID, payload: WebhookPatch
) -> Any:
    """Change a webhook, or switch it on and off."""
    given = changes_in(payload)
    webhook = queries.webhook_for(request.user, webhook_id)
    with held_as_read(request, WebhookOut, webhook):
        changed = actions.change_webhook(webhook, actor=request.user, **given)
    return stamped(response, WebhookOut, changed)


@router.delete("/webhooks/{webhook_id}", response=answers(None, 204))
def delete_webhook(request: HttpRequest, webhook_id: UUID) -> Any:
    """Delete a webhook and its log."""
    webhook = queries.webhook_for(request.user, webhook_id)
    with held_as_read(request, WebhookOut, webhook):
        actions.delete_webhook(webhook, actor=request.user)
    return Status(204, None)


@router.get("/webhooks/{webhook_id}/deliveries", response=answers(PageOf[DeliveryOut]))
def list_deliveries(request: HttpRequest, webhook_id: UUID, paging: PagingQuery) -> Any:
    """The log, newest first."""
    webhook = queries.webhook_for(request.user, webhook_id)
    return page_of(queries.deliveries(request.user, webhook), ["-id"], paging, lambda row: row)


@router.post("/webhook-deliveries/{delivery_id}/replay", response=answers(None, 202))
def replay(request: HttpRequest, delivery_id: UUID) -> Any:
    """Send it once more."""
    actions.replay_delivery(queries.delivery_for(request.user, delivery_id), actor=request.user)
    return Status(202, None)
