"""Who a mail goes to: addresses read, people recognised, those who may not be written to refused with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.channels.models import BadAddress, MailRecipient
from bandhu.channels.people import contacts_at
from bandhu.customers.models import Company, Contact
from bandhu.platform.mail_addresses import MailAddressError, parse_mail_address
from bandhu.privacy.queries import may_contact

MOST_RECIPIENTS = 50
Role = MailRecipient.Role


@dataclass(frozen=True)
class Recipient:
    """One of those a mail goes to; `contact` is whoever has this address in the book, when that is one."""

    role: str
    address: str
    key: str
    name: str = ""
    contact: Contact | None = None


def cleaned_recipients(given: Mapping[str, Sequence[str]]) -> list[Recipient]:
    """Of {"to", "cc", "bcc"}: each address once, where it was named first. Raises ValidationError by field."""
    found: dict[str, Recipient] = {}
    problems: dict[str, list[str]] = {}
    for role in Role.values:
        for text in given.get(role, ()):
            if not text.strip():
                continue
            try:
                one = parse_mail_address(text)
            except MailAddressError as error:
                problems.setdefault(role, []).append(f"{text.strip()[:80]}: {error.message}")
            else:
                found.setdefault(one.key, Recipient(role, one.address, one.key, one.name))
    if len(found) > MOST_RECIPIENTS:
        problems["to"] = [
            _("At most %(limit)d recipients; a mail to many is a campaign.") % {"limit": MOST_RECIPIENTS}
        ]
    if not problems and not any(one.role == Role.TO for one in found.values()):
        problems["to"] = [_("Say who the mail is for.")]
    if problems:
        raise ValidationError(problems)
    known = contacts_at(found)
    return [Recipient(one.role, one.address, one.key, one.name, known.get(one.key)) for one in found.values()]


def refuse_recipients(people: Sequence[Recipient], customer: Contact | Company | None, purpose: str) -> None:
    """Raise ValidationError for addresses mail came back from, and for contacts who did not agree to `purpose`."""
    bad = {one.key: one for one in BadAddress.objects.filter(pk__in=[one.key for one in people])}
    reasons = [
        _("Mail to %(address)s came back: %(reason)s Correct the address, or say that it works again.")
        % {"address": one.address, "reason": bad[one.key].reason}
        for one in people
        if one.key in bad
    ]
    # By the address that was written: who else has it may be out of the writer's reach.
    asked = {one.contact.pk: (one.contact, one.address) for one in people if one.contact}
    if isinstance(customer, Contact):
        asked[customer.pk] = (customer, str(customer))
    for contact, words in asked.values():
        allowed = may_contact(contact, purpose, "mail")
        if not allowed:
            reasons.append(f"{words}: {allowed.reason}")  # type: ignore[union-attr]
    if reasons:
        raise ValidationError({"to": reasons})
