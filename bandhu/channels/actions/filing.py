"""Putting a mail where it belongs: with its customer, and on the timeline as far as its mailbox is shared."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bandhu.channels.actions.writing import SOURCE
from bandhu.channels.models import Mail, MailRecipient, Sharing
from bandhu.customers.actions import create_contact
from bandhu.customers.models import Company, Contact
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import Person, log_interaction, remove_interaction
from bandhu.interactions.models import Conversation, Interaction
from bandhu.platform.mail_addresses import mail_key


def file_with(mail: Mail, customer: Contact | Company) -> None:
    """File `mail` with `customer` and put it on the timeline, unless a colleague's copy of it stands there already."""
    mail.contact = customer if isinstance(customer, Contact) else None
    mail.company = customer if isinstance(customer, Company) else customer.company
    mail.interaction = _told_already(mail) or _tell(mail, customer)
    mail.save(update_fields=["contact", "company", "interaction"])


def file_as(mail: Mail, contact: Contact, about: tuple[str, UUID]) -> None:
    """What a mail became, which tells of it on the timeline itself: ("lead", its id)."""
    mail.contact, mail.company = contact, contact.company
    mail.about_kind, mail.about_id = about
    mail.save(update_fields=["contact", "company", "about_kind", "about_id"])


@transaction.atomic
def refile_mails(conversation_id: UUID) -> int:
    """The mails of a conversation are with whom it is with now; their entries on the timeline have gone along. Returns how many."""
    conversation = Conversation.objects.filter(pk=conversation_id).first()
    if conversation is None:
        return 0
    mails = Mail.objects.filter(inbox_message__conversation=conversation)
    return mails.update(contact=conversation.contact, company=conversation.company)


@action("channels.view_mail")
def make_contact(mail: Mail, *, actor: User) -> Contact:
    """A contact of who wrote `mail`, and their mails filed with it. Raises ValidationError when they are known already."""
    # As it is in the database: what a page was shown has customers out of reach taken off.
    mail = Mail.objects.select_for_update().get(pk=mail.pk)
    if not mail.is_incoming or mail.contact_id or mail.company_id or not mail.sender:
        raise ValidationError(_("This mail is filed with somebody already."))
    contact: Contact = create_contact(
        actor=actor,
        full_name=mail.sender_name or mail.sender,
        mails=[mail.sender],
        owner=actor,
        team=actor.team,
    )
    waiting = Mail.objects.visible_to(actor).filter(
        sender=mail.sender, is_incoming=True, contact__isnull=True, company__isnull=True, is_bounce=False
    )
    for one in waiting.select_related("account", "account__owner"):
        file_with(one, contact)
    return contact


def _told_already(mail: Mail) -> Interaction | None:
    """The entry another mailbox made of the same mail; one that says less than this one makes way for it."""
    others = Mail.objects.filter(message_id=mail.message_id, contact=mail.contact, company=mail.company)
    others = others.exclude(pk=mail.pk).filter(interaction__isnull=False, interaction__only_for__isnull=True)
    other = others.select_related("interaction").first()
    if other is None or mail.sharing == Sharing.NONE:
        return None
    if other.sharing == Sharing.ALL or mail.sharing == other.sharing:
        return other.interaction
    assert other.interaction is not None  # by the filter
    remove_interaction(other.interaction, actor=system_user())
    return None


def _tell(mail: Mail, customer: Contact | Company) -> Interaction:
    owner = mail.account.owner if mail.account else None
    is_private = mail.sharing == Sharing.NONE
    body = "" if mail.sharing == Sharing.SUBJECT else mail.html or mail.text
    entry: Interaction = log_interaction(
        customer,
        actor=system_user(),
        kind="mail",
        channel="mail",
        direction="in" if mail.is_incoming else "out",
        occurred_at=mail.written_at,
        subject=mail.subject,
        body=body,
        is_html=bool(body and mail.html),
        people=_people(mail, customer),
        details={"mail_id": str(mail.pk)},
        source=SOURCE,
        external_id=str(mail.pk),
        touches=not is_private,
        only_for=owner if is_private else None,
    )
    return entry


def _people(mail: Mail, customer: Contact | Company) -> list[Person]:
    found: list[Any] = []
    if mail.written_by is not None:
        found.append(Person(user=mail.written_by))
    if not mail.is_incoming or mail_key(mail.sender) not in customer.mails.values_list("key", flat=True):
        found.append(Person(address=mail.sender, role="from"))
    ours = mail.account.key if mail.account else ""
    others = mail.recipients.exclude(contact=customer.pk, contact__isnull=False).exclude(key=ours)
    others = others.exclude(role=MailRecipient.Role.BCC).select_related("contact")
    return found + [Person(contact=one.contact, address=one.address, role=one.role) for one in others[:50]]
