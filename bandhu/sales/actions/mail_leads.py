"""Mail to a mailbox for leads: the first one of an exchange is an enquiry, of whoever wrote it."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from bandhu.channels.actions import file_as
from bandhu.channels.models import Mail
from bandhu.identity.ready_made import system_user
from bandhu.sales.actions.leads import receive_lead
from bandhu.sales.models import Lead, LeadSource

LONGEST_MESSAGE = 20_000
# As the ready-made source is called; where it was renamed, leads from mail have none.
SOURCE = "Mail"


@transaction.atomic
def receive_mail_as_lead(mail_id: UUID) -> Lead | None:
    """The lead of a mail, made once. None where nobody can be answered, and for answers in an exchange that exists."""
    submission = f"mail:{mail_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 9))", [submission])
    if known := Lead.objects.filter(submission=submission).first():
        return known
    mail = Mail.objects.select_related("account__team").filter(pk=mail_id).first()
    if mail is None or mail.thread_id != mail.pk or not mail.sender:
        return None
    try:
        lead: Lead = receive_lead(
            actor=system_user(),
            title=mail.subject or _("Enquiry by mail"),
            person={"full_name": mail.sender_name or mail.sender.partition("@")[0], "mail": mail.sender},
            message=mail.text[:LONGEST_MESSAGE],
            team=mail.account.team if mail.account else None,
            source=LeadSource.objects.filter(name=SOURCE).first(),
            received_at=mail.written_at,
            submission=submission,
        )
    except ValidationError:
        return None  # it stays among the mails of unknown people, where somebody decides
    assert lead.contact is not None  # it was found or made just now
    file_as(mail, lead.contact, ("lead", lead.pk))
    return lead
