"""Who is signed in to the portal, and what they may know about themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from bandhu.customers.models import Contact
from bandhu.identity.results import OutOfReach
from bandhu.knowledge.models import PortalAccount, PortalLink, PortalSession
from bandhu.knowledge.portal import Visitor
from bandhu.knowledge.portal_secrets import SESSION_IDLE, fingerprint, is_secret
from bandhu.platform.mail_addresses import mail_key

_SEEN_EVERY = timedelta(minutes=5)
# More people than this at one address is a list of somebody's, not a household.
MOST_AT_ONE_ADDRESS = 5


def visitor_of(secret: str) -> Visitor | None:
    """Who this cookie belongs to; None for one that is unknown, ended or expired, and for contacts that are gone or blocked."""
    if not is_secret(secret):
        return None
    now = timezone.now()
    found = (
        PortalSession.objects.select_related("account__contact")
        .filter(sha256=fingerprint(secret), ended_at=None, expires_at__gt=now)
        .filter(last_seen_at__gt=now - SESSION_IDLE)
        .filter(account__is_blocked=False, account__contact__deleted_at=None)
        .first()
    )
    if found is None:
        return None
    if found.last_seen_at < now - _SEEN_EVERY:
        PortalSession.objects.filter(pk=found.pk).update(last_seen_at=now)
        PortalAccount.objects.filter(pk=found.account_id).update(last_seen_at=now)
    account, contact = found.account, found.account.contact
    return Visitor(
        contact_id=contact.pk,
        account_id=account.pk,
        session_id=found.pk,
        name=contact.full_name,
        mail=contact.primary_mail,
        language=account.language or contact.language,
        time_zone=contact.time_zone,
    )


def contacts_at(address: str) -> list[Contact]:
    """The contacts who have this mail address, the one known longest first; none for an address too many share."""
    key = mail_key(address)
    if not key:
        return []
    rows = Contact.objects.filter(mails__key=key, deleted_at=None, merged_into=None).distinct().order_by("pk")
    found = list(rows[: MOST_AT_ONE_ADDRESS + 1])
    return found if len(found) <= MOST_AT_ONE_ADDRESS else []


def account_at(address: str) -> PortalAccount | None:
    """The account a password typed with this address is tried on: of those with a password, the one used last."""
    ids = [one.pk for one in contacts_at(address)]
    rows = PortalAccount.objects.filter(contact__in=ids, is_blocked=False).exclude(password="")
    return rows.select_related("contact").first()


def open_link(secret: str) -> PortalLink | None:
    """A link that can still be used; None for one that is unknown, used or expired."""
    if not is_secret(secret):
        return None
    rows = PortalLink.objects.filter(sha256=fingerprint(secret), used_at=None, expires_at__gt=timezone.now())
    rows = rows.filter(account__is_blocked=False, account__contact__deleted_at=None)
    return rows.select_related("account__contact").first()


def contact_of(visitor: Visitor) -> Contact:
    """The contact who is signed in; raises OutOfReach when gone meanwhile."""
    found = Contact.objects.filter(pk=visitor.contact_id, deleted_at=None).first()
    if found is None:
        raise OutOfReach
    return found


def own_points(visitor: Visitor) -> dict[str, Any]:
    """The customer's own mail addresses and telephones, the primary ones first."""
    contact = contact_of(visitor)
    return {
        "mails": list(contact.mails.order_by("-is_primary", "pk")),
        "phones": list(contact.phones.order_by("-is_primary", "pk")),
    }


def own_sessions(visitor: Visitor) -> QuerySet[PortalSession]:
    """The browsers in which the customer is signed in, the one used last first."""
    return PortalSession.objects.filter(
        account=visitor.account_id, ended_at=None, expires_at__gt=timezone.now()
    )


def has_password(visitor: Visitor) -> bool:
    """Whether the customer has chosen one."""
    return PortalAccount.objects.filter(pk=visitor.account_id).exclude(password="").exists()


def accounts_of_contact(user: Any, contact_id: UUID) -> QuerySet[PortalAccount]:
    """A contact's ways in, for the contact's page; the contact must be within the user's reach, else none."""
    seen = Contact.objects.visible_to(user).filter(pk=contact_id)
    return PortalAccount.objects.filter(contact__in=seen)
