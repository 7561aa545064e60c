"""Putting a mail where it belongs: with its customer, and on the timeline as far as its mailbox is shared."""

from __future__ import annotations

from collections.abc import Sequence
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
    mail.interaction = told_already(mail) or _tell(mail, customer)
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


def told_already(mail: Mail) -> Interaction | None:
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
    theirs = set(customer.mails.values_list("key", flat=True)) if mail.is_incoming else set()
    rows = mail.recipients.select_related("contact").order_by("pk")
    entry: Interaction = log_interaction(
        customer,
        actor=system_user(),
        people=people_of(mail, customer, list(rows), is_theirs=mail_key(mail.sender) in theirs),
        **entry_values(mail),
    )
    return entry


def entry_values(mail: Mail) -> dict[str, Any]:
    """What the timeline says of a mail, as far as its mailbox is shared."""
    is_private = mail.sharing == Sharing.NONE
    body = "" if mail.sharing == Sharing.SUBJECT else mail.html or mail.text
    return {
        "kind": "mail",
        "channel": "mail",
        "direction": "in" if mail.is_incoming else "out",
        "occurred_at": mail.written_at,
        "subject": mail.subject,
        "body": body,
        "is_html": bool(body and mail.html),
        "details": {"mail_id": str(mail.pk)},
        "source": SOURCE,
        "external_id": str(mail.pk),
        "touches": not is_private,
        "only_for": mail.account.owner if is_private and mail.account else None,
    }


def people_of(
    mail: Mail, customer: Contact | Company, recipients: Sequence[MailRecipient], *, is_theirs: bool
) -> list[Person]:
    """Who took part besides the customer; `is_theirs` says that it was written from an address of the customer's."""
    found: list[Any] = []
    if mail.written_by is not None:
        found.append(Person(user=mail.written_by))
    if not is_theirs:
        found.append(Person(address=mail.sender, role="from"))
    ours = mail.account.key if mail.account else ""
    others = [
        one
        for one in recipients
        if one.contact_id != customer.pk and one.key != ours and one.role != MailRecipient.Role.BCC
    ]
    return found + [Person(contact=one.contact, address=one.address, role=one.role) for one in others[:50]]
