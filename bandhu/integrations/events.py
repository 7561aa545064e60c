"""What integrations tells the house."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class WebhookSwitchedOff(
    Event,
    name="integrations.webhook_switched_off",
    sentence=_("A webhook was switched off after failing long"),
):
    webhook_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class WebhookTested(Event, name="integrations.webhook_tested", sentence=_("A webhook was tried out")):
    """Goes to the one address it names, whatever events that has chosen."""

    webhook_id: str
