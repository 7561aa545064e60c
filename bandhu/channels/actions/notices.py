"""Mails the house writes by itself about something a person did: invitations, confirmations, reminders. To customers, guests, colleagues."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone

from bandhu.channels.actions.outbox import queue_mail
from bandhu.channels.actions.recipients import cleaned_recipients, refuse_recipients
from bandhu.channels.actions.writing import put_on_timeline, sender_name_of
from bandhu.channels.message_ids import new_message_id
from bandhu.channels.models import Mail, MailAccount, MailRecipient, MailState
from bandhu.customers.models import Contact
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.platform.html_cleaning import html_of_text
from bandhu.platform.texts import clean_line


def send_notice(
    account: MailAccount,
    *,
    address: str,
    name: str = "",
    contact: Contact | None = None,
    subject: str,
    body: str,
    calendar: str = "",
    by: User | None = None,
) -> Mail | None:
    """Put it into the outbox, in the caller's transaction; with a `contact` it stands on their timeline. `calendar` is iCalendar with a METHOD;
    `by` is whose business it is: they hear of a mail that could not be sent.

    None, and nothing kept, where mail to this address came back, or the contact wants no letters of service: whatever the notice is about
    happened all the same.
    """
    try:
        people = cleaned_recipients({"to": [address]})
        refuse_recipients(people, contact, "service")
    except ValidationError:
        return None
    now = timezone.now()
    mail = Mail(
        account=account,
        state=MailState.QUEUED,
        message_id=new_message_id(account.address),
        sender=account.address,
        sender_name=sender_name_of(account),
        subject=clean_line(subject, 300),
        text=body.strip(),
        html=html_of_text(body),
        calendar=calendar,
        written_at=now,
        written_by=by,
        contact=contact,
        company=contact.company if contact else None,
        is_automatic=True,
    )
    mail.thread_id = mail.pk
    mail.save()
    [one] = people
    MailRecipient.objects.create(
        mail=mail, address=one.address, key=one.key, name=clean_line(name, 200), contact=contact
    )
    if contact is not None:
        put_on_timeline(mail, contact, system_user())
    queue_mail(mail, now)
    return mail
