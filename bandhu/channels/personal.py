"""What mails tell about a person: told on request, and erased with the rest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q

from bandhu.channels.models import AllowedPictures, BadAddress, Mail, MailRecipient
from bandhu.customers.models import EmailAddress
from bandhu.platform.files import erase_files_of, files_of


def mails_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every mail with the contact, oldest first: also those kept in a colleague's own mailbox."""
    named = MailRecipient.objects.filter(contact=contact_id).values("mail")
    rows = Mail.objects.filter(Q(contact=contact_id) | Q(pk__in=named)).prefetch_related("recipients")
    return [
        {
            "at": row.written_at,
            "from": row.sender,
            "to": [one.address for one in row.recipients.all()],
            "subject": row.subject,
            "text": row.text,
            "state": row.state,
            "opens": row.opens,
            "opened_at": row.opened_at,
            "clicks": row.clicks,
            "clicked_at": row.clicked_at,
            "files": [one.name for one in files_of(row.pk)],
        }
        for row in rows.order_by("pk")
    ]


def erase_mails(contact_id: UUID) -> None:
    """Their mails with everything enclosed; in mails with others, the contact is no longer named."""
    keys = list(EmailAddress.objects.filter(contact=contact_id).values_list("key", flat=True))
    BadAddress.objects.filter(pk__in=keys).delete()
    AllowedPictures.objects.filter(key__in=keys).delete()
    MailRecipient.objects.filter(contact=contact_id).delete()
    for mail in Mail.objects.filter(contact=contact_id):
        erase_files_of(mail.pk)
        mail.delete()
