"""Writing down what customers allow: the state now, and a proof of each act that nobody changes afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers.models import Contact
from bandhu.customers.record_values import CHANNELS
from bandhu.identity.acting import action
from bandhu.platform import audit, live
from bandhu.platform.events import publish
from bandhu.platform.origin import current_origin
from bandhu.platform.texts import clean_block, clean_line
from bandhu.privacy.events import ConsentGiven, ConsentWithdrawn
from bandhu.privacy.models import Consent, ConsentProof, Purpose
from bandhu.privacy.purposes import METHODS


@action("privacy.change_consent")
def give_consent(
    contact: Contact,
    *,
    actor: Any,
    purpose: Purpose,
    method: str,
    channel: str = "",
    wording: str = "",
    language: str = "",
    note: str = "",
    at: datetime | None = None,
) -> Consent:
    """The contact agreed to `purpose` on `channel` ("" = every one); `wording` is the text agreed to. Raises ValidationError.

    Saying the same again adds a proof; `at` (aware, not in the future) is when it happened.
    """
    details = _checked(channel, method, wording, language, note, at)
    consent = _record(contact, purpose, channel, Consent.State.GIVEN, details, actor)
    event = ConsentGiven(contact_id=str(contact.pk), purpose=purpose.key, channel=channel)
    publish(event, actor=actor)
    return consent


@action("privacy.change_consent")
def withdraw_consent(
    contact: Contact,
    *,
    actor: Any,
    purpose: Purpose,
    method: str,
    channel: str = "",
    note: str = "",
    at: datetime | None = None,
) -> Consent:
    """The contact does not want it any more. Raises ValidationError."""
    details = _checked(channel, method, "", "", note, at)
    consent = _record(contact, purpose, channel, Consent.State.WITHDRAWN, details, actor)
    event = ConsentWithdrawn(contact_id=str(contact.pk), purpose=purpose.key, channel=channel)
    publish(event, actor=actor)
    return consent


def _checked(
    channel: str, method: str, wording: str, language: str, note: str, at: datetime | None
) -> dict[str, Any]:
    moment = at or timezone.now()
    if channel and channel not in CHANNELS:
        raise ValidationError({"channel": _("There is no such channel.")}, code="no_choice")
    if method not in METHODS:
        raise ValidationError({"method": _("Say how the contact told you.")}, code="no_choice")
    if moment > timezone.now():
        raise ValidationError({"at": _("This lies in the future.")}, code="future")
    return {
        "at": moment,
        "method": method,
        "wording": clean_block(wording, 5_000),
        "language": clean_line(language, 12),
        "note": clean_line(note, 300),
        "origin": current_origin(),
    }


def _record(
    contact: Contact, purpose: Purpose, channel: str, state: str, details: dict[str, Any], actor: Any
) -> Consent:
    consent, made = Consent.objects.select_for_update().get_or_create(
        contact=contact,
        purpose=purpose,
        channel=channel,
        defaults={"state": state, "changed_at": details["at"]},
    )
    before = None if made else consent.state
    # An older act that is written down late is kept as proof, and does not undo a newer one.
    if not made and details["at"] >= consent.changed_at:
        consent.state, consent.changed_at = state, details["at"]
        consent.save()
    ConsentProof.objects.create(consent=consent, state=state, recorded_by=actor, **details)
    audit.record_change(
        "consent",
        actor=actor,
        kind="contact",
        record_id=contact.pk,
        title=contact.full_name,
        changes={f"consent.{purpose.key}{'.' + channel if channel else ''}": (before, consent.state)},
    )
    live.hint(f"contact:{contact.pk}")
    return consent
