"""Bringing events to webhooks, signed as Standard Webhooks says, again and again until they arrive.

Every attempt ends as done, failed or waiting with a time; a worker killed between the call and the note leaves
"waiting", and the receiver meets the same message id again.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop
from standardwebhooks import Webhook as Signer

from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.integrations.events import WebhookSwitchedOff, WebhookTested
from bandhu.integrations.models import Webhook, WebhookDelivery
from bandhu.platform.events import Event, publish
from bandhu.platform.models import EventRecord
from bandhu.platform.notifications import notify
from bandhu.platform.queue import enqueue
from bandhu.platform.web_addresses import WebAddressError, allows_inside, safe_post

# The pauses Standard Webhooks proposes; after the last one a delivery has failed.
PAUSES = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
]
SWITCHED_OFF_AFTER = timedelta(days=5)
MAX_ANSWER = 16_000


def queue_deliveries(event: Event, record: EventRecord) -> int:
    """One delivery per webhook that wants the event; a repeated call adds none. Returns how many are new."""
    wanting = [one for one in Webhook.objects.filter(is_active=True) if _wants(one, event)]
    made = 0
    with transaction.atomic():
        for webhook in wanting:
            delivery, is_new = WebhookDelivery.objects.get_or_create(webhook=webhook, event=record)
            if is_new:
                _queue(delivery, timezone.now())
                made += 1
    return made


@action("integrations.manage_webhooks", on_record=False)
def replay_delivery(delivery: WebhookDelivery, *, actor: User) -> None:
    """Send it once more, from the first pause on."""
    delivery.state, delivery.attempts = WebhookDelivery.State.WAITING, 0
    delivery.save(update_fields=["state", "attempts"])
    _queue(delivery, timezone.now())


def deliver(delivery_id: UUID) -> None:
    """Try once; called by the job. A delivery that arrived is not sent again."""
    delivery = (
        WebhookDelivery.objects.select_related("webhook", "event")
        .filter(pk=delivery_id, state=WebhookDelivery.State.WAITING, webhook__is_active=True)
        .first()
    )
    if delivery is None:
        return
    status, answer = _send(delivery)
    with transaction.atomic():
        delivery.attempts += 1
        delivery.status, delivery.answer = status, answer[:1000]
        if status is not None and 200 <= status < 300:
            _note_success(delivery)
        else:
            _note_failure(delivery)


def _wants(webhook: Webhook, event: Event) -> bool:
    if isinstance(event, WebhookTested):
        return str(webhook.pk) == event.webhook_id
    return not webhook.events or event.name in webhook.events


def _send(delivery: WebhookDelivery) -> tuple[int | None, str]:
    """(status, beginning of the answer); no status when nobody answered, or with the code of why the address is refused."""
    body = _body(delivery.event)
    now = datetime.now(UTC)
    headers = {
        "content-type": "application/json",
        "user-agent": "Bandhu",
        "webhook-id": str(delivery.pk),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(delivery.webhook.secret).sign(str(delivery.pk), now, body),
    }
    try:
        answer = safe_post(
            delivery.webhook.url,
            body.encode(),
            headers=headers,
            max_bytes=MAX_ANSWER,
            allow_inside=allows_inside(),
        )
    except WebAddressError as error:
        return None, error.code
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return None, f"{type(error).__name__}: {error}"
    return answer.status, answer.body.decode("utf-8", "replace").replace("\x00", "")


def _body(event: EventRecord) -> str:
    content = {"type": event.name, "timestamp": event.occurred_at.isoformat(), "data": event.payload}
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def _note_success(delivery: WebhookDelivery) -> None:
    delivery.state, delivery.delivered_at, delivery.next_at = (
        WebhookDelivery.State.DELIVERED,
        timezone.now(),
        None,
    )
    delivery.save()
    Webhook.objects.filter(pk=delivery.webhook_id).update(failing_since=None)


def _note_failure(delivery: WebhookDelivery) -> None:
    now = timezone.now()
    if delivery.attempts > len(PAUSES):
        delivery.state, delivery.next_at = WebhookDelivery.State.FAILED, None
    else:
        _queue(delivery, now + PAUSES[delivery.attempts - 1])
    delivery.save()
    webhook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
    if webhook.failing_since is None:
        webhook.failing_since = now
    elif now - webhook.failing_since > SWITCHED_OFF_AFTER and webhook.is_active:
        _switch_off(webhook, delivery)
    webhook.save()


def _switch_off(webhook: Webhook, delivery: WebhookDelivery) -> None:
    webhook.is_active = False
    webhook.switched_off_because = delivery.answer[:300] or str(delivery.status)
    publish(WebhookSwitchedOff(webhook_id=str(webhook.pk), reason=webhook.switched_off_because))
    if webhook.created_by is not None:
        notify(
            webhook.created_by,
            gettext_noop("The webhook “%(name)s” failed for five days and was switched off."),
            url=reverse("integrations:webhook", args=[webhook.pk]),
            icon="webhook",
            name=webhook.name,
        )


def _queue(delivery: WebhookDelivery, at: datetime) -> None:
    WebhookDelivery.objects.filter(pk=delivery.pk).update(next_at=at)
    delivery.next_at = at
    arguments: dict[str, Any] = {"delivery_id": str(delivery.pk)}
    enqueue("integrations.deliver_webhook", at=at, **arguments)
