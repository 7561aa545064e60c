"""Telling other programs: addresses, their events and secrets."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.integrations.events import WebhookTested
from bandhu.integrations.models import Webhook
from bandhu.platform.audit import record_change
from bandhu.platform.events import event_classes, publish
from bandhu.platform.web_addresses import WebAddressError, allows_inside, refuse_inside, tidy_web_address

PERMISSION = "integrations.manage_webhooks"
_CHANGEABLE = ("name", "url", "events", "is_active")


@action(PERMISSION, on_record=False)
def create_webhook(*, actor: User, name: str, url: str, events: list[str] | None = None) -> Webhook:
    """A new address, with a secret of its own. Raises ValidationError by field."""
    webhook = Webhook(name=name.strip(), url=url.strip(), events=events or [], secret=_new_secret())
    webhook.created_by = None if actor.is_system else actor
    _check(webhook)
    webhook.save()
    _record("created", webhook, actor, {"url": (None, webhook.url)})
    return webhook


@action(PERMISSION, on_record=False)
def change_webhook(webhook: Webhook, *, actor: User, new_secret: bool = False, **changes: Any) -> Webhook:
    """Change name, url, events, is_active; switching it on again forgets its failures."""
    before = {name: getattr(webhook, name) for name in _CHANGEABLE if name in changes}
    for name in before:
        setattr(webhook, name, changes[name])
    if webhook.is_active and not before.get("is_active", True):
        webhook.failing_since, webhook.switched_off_because = None, ""
    if new_secret:
        webhook.secret = _new_secret()
    _check(webhook)
    webhook.save()
    changed = {name: (old, getattr(webhook, name)) for name, old in before.items()}
    _record("changed", webhook, actor, changed | ({"secret": ("•", "•")} if new_secret else {}))
    return webhook


@action(PERMISSION, on_record=False)
def delete_webhook(webhook: Webhook, *, actor: User) -> None:
    """The address is told nothing more; its log goes with it."""
    _record("deleted", webhook, actor, {})
    webhook.delete()


@action(PERMISSION, on_record=False)
def send_test(webhook: Webhook, *, actor: User) -> None:
    """Publish an event only this address hears."""
    publish(WebhookTested(webhook_id=str(webhook.pk)), actor=actor)


def _check(webhook: Webhook) -> None:
    errors = {}
    if not webhook.name or len(webhook.name) > 120:
        errors["name"] = _("Give the webhook a name of at most 120 characters.")
    unknown = [name for name in webhook.events if name not in event_classes]
    if unknown:
        errors["events"] = _(
            "There is no event called “%(name)s”. GET /api/v1/webhook-events lists them."
        ) % {"name": str(unknown[0])[:60]}
    try:
        webhook.url = tidy_web_address(webhook.url)
        if not allows_inside():
            if not webhook.url.lower().startswith("https://"):
                raise WebAddressError("not_a_web_address")  # what is sent is about people
            refuse_inside(webhook.url)
    except WebAddressError as error:
        # A name that is not known today may be tomorrow; an address inside never is.
        if error.code != "unknown_host":
            errors["url"] = str(error.message)
    if errors:
        raise ValidationError(errors)


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def _record(verb: str, webhook: Webhook, actor: User, changes: dict[str, Any]) -> None:
    record_change(
        verb, actor=actor, kind="webhook", record_id=webhook.pk, title=webhook.name, changes=changes
    )
