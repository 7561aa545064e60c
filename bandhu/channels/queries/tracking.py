"""Of whose mails it is noted that they are opened: what the house, the account and the contact say."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from bandhu.channels.models import Mail, MailRecipient, TrackedLink, Tracking
from bandhu.customers.models import Contact
from bandhu.identity.models import User
from bandhu.platform.models import Setting
from bandhu.privacy.queries import has_refused, may_contact

SETTING, PURPOSE = "channels.tracking", "tracking"
# Where reading what is on somebody's device asks for consent (ePrivacy directive, article 5(3), and PECR): the EEA and Britain.
_ASKS_FOR_CONSENT = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
_GROWN_UP = 18


def tracking() -> Tracking:
    """What the house decided; of nobody until it does."""
    kept = Setting.objects.filter(name=SETTING).values_list("value", flat=True).first()
    return Tracking(kept) if kept in Tracking.values else Tracking.OFF


def may_track(mail: Mail) -> bool:
    """Whether the house notes that this mail is opened. One to several people never: nobody could say who it was."""
    mode = tracking()
    if mode == Tracking.OFF or mail.account is None or not mail.account.tracks or mail.is_automatic:
        return False
    people: list[MailRecipient] = list(mail.recipients.select_related("contact")[:2])
    if len(people) != 1 or people[0].contact is None:
        return False
    is_ours = User.objects.filter(email__iexact=people[0].address).exists()
    return not is_ours and _agrees(people[0].contact, mode)


def sent_at_of(link_id: UUID) -> datetime | None:
    """When the mail of a link was handed over; None for one that is not sent, or not there."""
    return Mail.objects.filter(tracked=link_id).values_list("data_at", flat=True).first()


def tracked_links(user: Any, mail: Mail) -> list[TrackedLink]:
    """The links of a mail the user may read that were followed, the most followed first."""
    return list(mail.tracked.exclude(target="").filter(clicks__gt=0).order_by("-clicks", "target")[:50])


def _agrees(contact: Contact, mode: Tracking) -> bool:
    if _is_child(contact.birthday):
        return False
    country = contact.country.upper()
    if mode == Tracking.AGREED or not country or country in _ASKS_FOR_CONSENT:
        return bool(may_contact(contact, PURPOSE, "mail"))
    return not has_refused(contact, PURPOSE, "mail")


def _is_child(birthday: date | None) -> bool:
    """Bangladesh and India forbid to track children; so do we, everywhere."""
    if birthday is None:
        return False
    today = timezone.localdate()
    age = today.year - birthday.year - ((today.month, today.day) < (birthday.month, birthday.day))
    return age < _GROWN_UP
