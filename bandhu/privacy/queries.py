"""Reading what customers allow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from bandhu.customers.models import Contact
from bandhu.customers.record_values import CHANNELS
from bandhu.identity.results import OutOfReach
from bandhu.privacy.models import Consent, ConsentProof, Purpose
from bandhu.privacy.purposes import METHODS, purpose_covers, purpose_label


@dataclass(frozen=True)
class Allowed:
    """Contact for this purpose on this channel is fine."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Refused:
    """It is not; `reason` is a translated sentence."""

    reason: str

    def __bool__(self) -> bool:
        return False


@dataclass
class PurposeLine:
    """A purpose as a contact's page shows it: the general statement, and those of single channels."""

    purpose: Purpose
    label: str
    covers: str
    general: Consent | None = None
    channels: list[tuple[str, Any, Consent]] = field(default_factory=list)

    @property
    def state(self) -> str:
        """ "given", "withdrawn", "not_needed" or "unknown", for every channel without a statement of its own."""
        if self.general:
            return self.general.state
        return "unknown" if self.purpose.requires_consent else "not_needed"


def may_contact(contact: Contact, purpose: str, channel: str) -> Allowed | Refused:
    """Whether the contact may be reached for `purpose` (its key) on `channel` (a key of CHANNELS).

    A withdrawal on the channel stands until consent is given for that channel again; a later withdrawal for every
    channel ends all earlier ones. Without any statement, only purposes that need no consent are allowed.
    """
    if contact.deleted_at is not None:
        return Refused(_("This contact is in the bin."))
    known = Purpose.objects.filter(key=purpose).first()
    if known is None:
        return Refused(_("There is no such purpose."))
    return _judge(known, *_statements(contact, known, channel))


def has_refused(contact: Contact, purpose: str, channel: str) -> bool:
    """Whether the contact has withdrawn consent for `purpose` on `channel`; silence is no refusal."""
    known = Purpose.objects.filter(key=purpose).first()
    deciding = _deciding(*_statements(contact, known, channel)) if known else None
    return deciding is not None and deciding.state == Consent.State.WITHDRAWN


def _statements(contact: Contact, purpose: Purpose, channel: str) -> tuple[Consent | None, Consent | None]:
    """What was said for the channel, and for every channel."""
    rows = Consent.objects.filter(contact=contact, purpose=purpose, channel__in=[channel, ""])
    found = {one.channel: one for one in rows}
    return (found.get(channel) if channel else None), found.get("")


def _deciding(own: Consent | None, general: Consent | None) -> Consent | None:
    if general and (
        own is None or (general.state == Consent.State.WITHDRAWN and general.changed_at > own.changed_at)
    ):
        return general
    return own


def _judge(purpose: Purpose, own: Consent | None, general: Consent | None) -> Allowed | Refused:
    deciding = _deciding(own, general)
    if deciding is None:
        if purpose.requires_consent:
            return Refused(
                _("The contact has not agreed to “%(purpose)s”.") % {"purpose": purpose_label(purpose)}
            )
        return Allowed()
    if deciding.state == Consent.State.GIVEN:
        return Allowed()
    return Refused(
        _("The contact does not want “%(purpose)s” any more.") % {"purpose": purpose_label(purpose)}
    )


def purposes(user: Any) -> list[Purpose]:
    """Every purpose in its order."""
    return list(Purpose.objects.all())


def purpose_for(user: Any, key: str) -> Purpose:
    """The purpose of this key; raises OutOfReach (404)."""
    found = Purpose.objects.filter(key=key).first()
    if found is None:
        raise OutOfReach
    return found


def consents_of(user: Any, contact: Contact) -> list[PurposeLine]:
    """What a contact says about every purpose. Needs privacy.view_consent on the contact, else OutOfReach."""
    if not Contact.objects.visible_to(user, "privacy.view_consent").filter(pk=contact.pk).exists():
        raise OutOfReach
    lines = {
        one.pk: PurposeLine(one, purpose_label(one), purpose_covers(one)) for one in Purpose.objects.all()
    }
    for consent in Consent.objects.filter(contact=contact).order_by("channel"):
        line = lines[consent.purpose_id]
        if consent.channel:
            line.channels.append((consent.channel, CHANNELS.get(consent.channel, consent.channel), consent))
        else:
            line.general = consent
    return list(lines.values())


def consents(user: Any) -> Any:
    """Every statement of contacts the user may see, for the API."""
    return Consent.objects.visible_to(user).filter(contact__deleted_at__isnull=True).select_related("purpose")


def history_of(user: Any, contact: Contact) -> list[ConsentProof]:
    """Every act of giving and withdrawing, newest first."""
    rows = ConsentProof.objects.visible_to(user, "privacy.view_consent").filter(consent__contact=contact)
    return list(rows.select_related("consent__purpose", "recorded_by").order_by("-at", "-pk"))


@dataclass(frozen=True)
class HistoryLine:
    """One act, in words."""

    at: Any
    purpose: str
    channel: Any
    state: str
    method: Any
    wording: str
    note: str
    recorded_by: Any


def history_lines(user: Any, contact: Contact) -> list[HistoryLine]:
    """The acts of `history_of` as the page tells them."""
    return [
        HistoryLine(
            at=one.at,
            purpose=purpose_label(one.consent.purpose),
            channel=CHANNELS.get(one.consent.channel, one.consent.channel),
            state=one.state,
            method=METHODS.get(one.method, one.method),
            wording=one.wording,
            note=one.note,
            recorded_by=one.recorded_by,
        )
        for one in history_of(user, contact)
    ]


def label_of_purpose(purpose: Purpose) -> str:
    """The purpose in the reader's language."""
    return purpose_label(purpose)
