"""Signing in to the portal and out of it, and what customers change about themselves.

No user stands behind a customer: what they change is written by the system user, under the portal's own verbs of the trail.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers.actions import add_point, change_contact, make_primary, remove_point
from bandhu.customers.models import Contact
from bandhu.identity.acting import action
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import OutOfReach
from bandhu.knowledge.models import PortalAccount, PortalLink, PortalSession
from bandhu.knowledge.portal import Visitor
from bandhu.knowledge.portal_secrets import (
    LINK_LASTS,
    MAIL_PROOF_LASTS,
    SESSION_WHOLE,
    fingerprint,
    link_secret,
    new_session_secret,
)
from bandhu.knowledge.queries.visitors import account_at, contact_of, contacts_at
from bandhu.platform import audit
from bandhu.platform.mail_addresses import MailAddressError, mail_key, parse_mail_address
from bandhu.platform.queue import enqueue
from bandhu.platform.texts import clean_line
from bandhu.platform.time_zones import zone_named

_MOST_OPEN_LINKS = 5
_KEPT = timedelta(days=30)
_MOST_POINTS = 10


def ask_for_link(address: str, language: str) -> None:
    """Queue a mail with a link to whoever has this address. Known or not, the same is done here: a job finds out."""
    enqueue("knowledge.send_portal_links", address=address[:254], language=language[:12])


def make_links(address: str) -> list[PortalLink]:
    """A link for each contact who has the address (`contacts_at`); none for an address with too many open links already."""
    made = []
    for contact in contacts_at(address):
        with transaction.atomic():
            account = account_of(contact)
            is_open = account.links.filter(used_at=None, expires_at__gt=timezone.now())
            if not account.is_blocked and is_open.count() < _MOST_OPEN_LINKS:
                made.append(_new_link(account, address, LINK_LASTS))
    return made


def account_of(contact: Contact) -> PortalAccount:
    """The contact's account, made when it is first needed."""
    found = PortalAccount.objects.filter(contact=contact).first()
    return found or PortalAccount.objects.create(contact=contact)


def sign_in_by_link(link: PortalLink, *, browser: str = "", old_secret: str = "") -> str | None:
    """Use the link up and begin a session; its secret for the cookie, None when somebody was faster.

    The session of the cookie that was there before ends: nobody is signed in to one that another has prepared.
    """
    with transaction.atomic():
        used = PortalLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=timezone.now())
        if not used.update(used_at=timezone.now()):
            return None
        # Whoever asked several times has one way in now.
        link.account.links.filter(used_at=None, new_mail="").update(used_at=timezone.now())
        return _begin_session(link.account, browser, old_secret, "link")


def sign_in_by_password(
    address: str, password: str, *, browser: str = "", old_secret: str = ""
) -> str | None:
    """Begin a session; None when address or password are wrong. Takes as long whether the address is known or not."""
    account = account_at(address)
    if account is None:
        make_password(password)
        return None
    if not check_password(password, account.password):
        return None
    with transaction.atomic():
        return _begin_session(account, browser, old_secret, "password")


def sign_out(visitor: Visitor) -> None:
    """End this browser's session."""
    PortalSession.objects.filter(pk=visitor.session_id, ended_at=None).update(ended_at=timezone.now())


def end_session(visitor: Visitor, session_id: UUID) -> None:
    """End another of the customer's own sessions; raises OutOfReach for anybody else's."""
    rows = PortalSession.objects.filter(pk=session_id, account=visitor.account_id, ended_at=None)
    if not rows.update(ended_at=timezone.now()):
        raise OutOfReach


def end_other_sessions(visitor: Visitor) -> int:
    """Sign out everywhere but here; returns how many ended."""
    rows = PortalSession.objects.filter(account=visitor.account_id, ended_at=None).exclude(
        pk=visitor.session_id
    )
    return rows.update(ended_at=timezone.now())


def choose_password(visitor: Visitor, password: str) -> None:
    """A password beside the links; all other sessions end. Raises ValidationError for a weak one."""
    contact = contact_of(visitor)
    if len(password) > 200:
        raise ValidationError({"password": _("This password is too long.")}, code="too_long")
    try:
        validate_password(password)
    except ValidationError as problem:
        raise ValidationError({"password": problem.messages}) from None
    with transaction.atomic():
        PortalAccount.objects.filter(pk=visitor.account_id).update(password=make_password(password))
        end_other_sessions(visitor)
        _note(contact, "portal_password_changed")


def forget_password(visitor: Visitor) -> None:
    """From now on only links sign in."""
    with transaction.atomic():
        PortalAccount.objects.filter(pk=visitor.account_id).update(password="")
        _note(contact_of(visitor), "portal_password_changed")


def change_own_details(visitor: Visitor, *, name: str, language: str, time_zone: str) -> None:
    """Name, language and time zone of the customer. Raises ValidationError by field."""
    if language and language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("Choose a language from the list.")}, code="no_choice")
    if time_zone and zone_named(time_zone) is None:
        raise ValidationError({"time_zone": _("Choose a time zone from the list.")}, code="no_choice")
    contact = contact_of(visitor)
    with transaction.atomic():
        change_contact(
            contact,
            actor=system_user(),
            full_name=clean_line(name, 300),
            language=language,
            time_zone=time_zone,
        )
        PortalAccount.objects.filter(pk=visitor.account_id).update(language=language)


def remember_language(visitor: Visitor, language: str) -> None:
    """The language chosen in the head of a page."""
    if language in dict(settings.LANGUAGES):
        PortalAccount.objects.filter(pk=visitor.account_id).update(language=language)


def ask_to_add_mail(visitor: Visitor, address: str, language: str) -> None:
    """Mail a link to a new address: it becomes the customer's when they follow it. Raises ValidationError for what is no address."""
    contact = contact_of(visitor)
    try:
        cleaned = parse_mail_address(clean_line(address, 254)).address
    except MailAddressError as problem:
        raise ValidationError({"address": problem.message}, code=problem.code) from None
    if contact.mails.count() >= _MOST_POINTS:
        raise ValidationError({"address": _("Remove an old address first.")}, code="many")
    if contact.mails.filter(key=mail_key(cleaned)).exists():
        raise ValidationError({"address": _("This address is known already.")}, code="known")
    account = PortalAccount.objects.get(pk=visitor.account_id)
    with transaction.atomic():
        link = _new_link(account, cleaned, MAIL_PROOF_LASTS, new_mail=cleaned)
        enqueue("knowledge.send_mail_proof", link_id=str(link.pk), language=language[:12])


def prove_mail(link: PortalLink) -> bool:
    """The address of the link becomes the customer's. False when the link was used meanwhile."""
    with transaction.atomic():
        used = PortalLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=timezone.now())
        if not used.update(used_at=timezone.now()):
            return False
        contact = link.account.contact
        if not contact.mails.filter(key=mail_key(link.new_mail)).exists():
            add_point(contact, actor=system_user(), kind="mails", values={"address": link.new_mail})
        return True


def add_own_phone(visitor: Visitor, number: str) -> None:
    """Raises ValidationError for what is no number."""
    contact = contact_of(visitor)
    if contact.phones.count() >= _MOST_POINTS:
        raise ValidationError({"number": _("Remove an old number first.")}, code="many")
    try:
        add_point(contact, actor=system_user(), kind="phones", values={"number": clean_line(number, 60)})
    except ValidationError as problem:
        raise ValidationError({"number": problem.messages}) from None


def remove_own_point(visitor: Visitor, kind: str, point_id: UUID) -> None:
    """A telephone or mail address goes; the last mail address stays, it is the way in. Raises OutOfReach for anybody else's."""
    contact = contact_of(visitor)
    if kind not in ("mails", "phones"):
        raise OutOfReach
    if kind == "mails" and contact.mails.count() < 2:
        raise ValidationError(_("Your last mail address stays: it is your way in."), code="last")
    remove_point(contact, actor=system_user(), kind=kind, point_id=point_id)


def prefer_own_point(visitor: Visitor, kind: str, point_id: UUID) -> None:
    """Use this telephone or mail address first. Raises OutOfReach for anybody else's."""
    if kind not in ("mails", "phones"):
        raise OutOfReach
    make_primary(contact_of(visitor), actor=system_user(), kind=kind, point_id=point_id)


@action("knowledge.manage_portal", on_record=False)
def block_account(*, actor: Any, account: PortalAccount, is_blocked: bool) -> None:
    """Shut a customer out of the portal, or let them in again; shutting out ends every session and link."""
    PortalAccount.objects.filter(pk=account.pk).update(is_blocked=is_blocked)
    if is_blocked:
        account.sessions.filter(ended_at=None).update(ended_at=timezone.now())
        account.links.filter(used_at=None).update(used_at=timezone.now())
    _note(account.contact, "portal_blocked" if is_blocked else "portal_opened", actor)


def tidy_portal() -> int:
    """Links and sessions that ended a month ago go. Returns how many."""
    before = timezone.now() - _KEPT
    links, _kinds = PortalLink.objects.filter(expires_at__lt=before).delete()
    sessions, _kinds = PortalSession.objects.filter(expires_at__lt=before).delete()
    return links + sessions


def _new_link(account: PortalAccount, address: str, lasts: timedelta, new_mail: str = "") -> PortalLink:
    expires: datetime = timezone.now() + lasts
    link = PortalLink(account=account, sent_to=address[:254], new_mail=new_mail, expires_at=expires)
    link.sha256 = fingerprint(link_secret(link))
    link.save(force_insert=True)
    return link


def _begin_session(account: PortalAccount, browser: str, old_secret: str, how: str) -> str:
    now = timezone.now()
    if old_secret:
        PortalSession.objects.filter(sha256=fingerprint(old_secret), ended_at=None).update(ended_at=now)
    secret = new_session_secret()
    PortalSession.objects.create(
        account=account,
        sha256=fingerprint(secret),
        last_seen_at=now,
        expires_at=now + SESSION_WHOLE,
        browser=browser[:200],
    )
    PortalAccount.objects.filter(pk=account.pk).update(last_seen_at=now)
    _note(account.contact, "portal_signed_in", changes={"by": (None, how)})
    return secret


def _note(
    contact: Contact, verb: str, actor: Any = None, changes: dict[str, tuple[Any, Any]] | None = None
) -> None:
    audit.record_change(
        verb,
        actor=actor or system_user(),
        kind="contact",
        record_id=contact.pk,
        title=contact.full_name,
        changes=changes,
    )
