"""Mail that came back: the recipient is marked, and an address that is gone for good gets no more."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from bandhu.channels.automatic import Bounced, Report
from bandhu.channels.events import MailBounced
from bandhu.channels.models import BadAddress, Mail, MailRecipient, MailState
from bandhu.platform.events import publish
from bandhu.platform.live import hint
from bandhu.platform.notifications import notify


def take_report(report_mail: Mail, report: Report) -> None:
    """Mark what a delivery report says about a mail that went out from here; anybody can write a report about others."""
    report_mail.is_bounce = report_mail.is_automatic = True
    sent = Mail.objects.filter(message_id__in=report.message_ids, is_incoming=False).exclude(
        state=MailState.DRAFT
    )
    mail = sent.select_related("written_by").first()
    if mail is not None:
        report_mail.thread_id = mail.thread_id
    report_mail.save(update_fields=["is_bounce", "is_automatic", "thread_id"])
    for one in report.bounced:
        if mail is not None and one.is_final:
            _mark(mail, one)


def _mark(mail: Mail, bounced: Bounced) -> None:
    marked = mail.recipients.filter(key=bounced.key).exclude(state=MailRecipient.State.BOUNCED)
    if not marked.update(state=MailRecipient.State.BOUNCED, answer=bounced.reason):
        return  # not one of ours, or known already
    BadAddress.objects.get_or_create(key=bounced.key, defaults={"reason": bounced.reason})
    publish(
        MailBounced(
            mail_id=str(mail.pk),
            account_id=str(mail.account_id) if mail.account_id else None,
            contact_id=str(mail.contact_id) if mail.contact_id else None,
            company_id=str(mail.company_id) if mail.company_id else None,
            address=bounced.address,
            reason=bounced.reason,
        )
    )
    topics = (("contact", mail.contact_id), ("company", mail.company_id))
    hint(*(f"{kind}:{pk}" for kind, pk in topics if pk))
    if mail.written_by is not None:
        notify(
            mail.written_by,
            gettext_noop("Mail to %(address)s came back: %(subject)s"),
            url=f"/mails/{mail.pk}/",
            icon="mail-warning",
            address=bounced.address,
            subject=str(mail),
        )
