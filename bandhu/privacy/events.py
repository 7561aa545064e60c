from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Event, name="privacy.consent_given", sentence=_("A contact gave consent")):
    """`channel` is "" for every channel."""

    contact_id: str
    purpose: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Event, name="privacy.consent_withdrawn", sentence=_("A contact withdrew consent")):
    contact_id: str
    purpose: str
    channel: str
