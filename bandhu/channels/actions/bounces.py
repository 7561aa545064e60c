"""Mail that came back: the recipient is marked, and an address that is gone for good gets no more."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from bandhu.channels.automatic import Bounced, Receipt, Report
from bandhu.channels.events import MailBounced
from bandhu.channels.kept_words import kept
from bandhu.channels.models import BadAddress, Mail, MailRecipient, MailState
from bandhu.interactions.actions import mark_message
from bandhu.interactions.models import Message, MessageState
from bandhu.platform.events import publish
from bandhu.platform.live import hint
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.notifications import notify


def take_report(report_mail: Mail, report: Report) -> None:
    """Mark what a delivery report says about a mail that went out from here, as far as it is believed.

    Anybody can write a report, and every recipient of a mail knows its Message-ID. So a report is believed

    - where the mail went to one recipient, about that one: besides them only servers on its way know of it;
    - where it went to several, only from an address of the domain that the reported recipient is at, of our own sender's domain, or of
      the servers of the mailbox it left from (RFC 3464 leaves the sender of a report to the server that writes it);
    - never where the domain it says it comes from does not stand by it (DMARC).

    What is not believed is kept as every mail, in the exchange it names, and marks nobody.
    """
    report_mail.is_bounce = report_mail.is_automatic = True
    sent = Mail.objects.filter(message_id__in=report.message_ids, is_incoming=False).exclude(
        state=MailState.DRAFT
    )
    mail = sent.select_related("written_by", "account", "inbox_message__conversation").first()
    if mail is not None:
        report_mail.thread_id = mail.thread_id
    report_mail.save(update_fields=["is_bounce", "is_automatic", "thread_id"])
    if mail is not None:
        is_alone = mail.recipients.count() == 1
        for one in report.bounced:
            if is_believed(report_mail, mail, one, is_alone=is_alone):
                _take(mail, one)


def is_believed(report_mail: Mail, mail: Mail, one: Bounced, *, is_alone: bool) -> bool:
    """Whether who reports can know what became of `one`, by the rule of `take_report`; `is_alone`: the only recipient of `mail`."""
    if "disowned" in report_mail.troubles:
        return False
    if is_alone:
        return True
    hosts = [mail.account.smtp_host, mail.account.imap_host] if mail.account else []
    # "smtp.example.com" is a computer of example.com.
    houses = [_domain(one.key), _domain(mail.sender), *(host.lower().partition(".")[2] for host in hosts)]
    reporter = _domain(report_mail.sender)
    return any(_is_within(reporter, house) for house in houses)


def _domain(address: str) -> str:
    found = mail_key(address).rpartition("@")[2]
    # The one house whose servers report under another name than the one its mail and its servers have.
    return "gmail.com" if found == "googlemail.com" else found


def _is_within(domain: str, house: str) -> bool:
    """ "mx.example.org" is of example.org, and example.org speaks for "shop.example.org"; "org" is nobody's house."""
    if "." not in domain or "." not in house:
        return False
    return domain == house or domain.endswith(f".{house}") or house.endswith(f".{domain}")


def take_receipt(receipt_mail: Mail, receipt: Receipt) -> None:
    """What a recipient's program says of a mail of ours; only the recipients of it are believed. Nothing is answered to it."""
    receipt_mail.is_automatic = True
    sent = Mail.objects.filter(message_id__in=receipt.message_ids, is_incoming=False)
    mail = sent.select_related("inbox_message__conversation").first()
    if mail is not None:
        receipt_mail.thread_id = mail.thread_id
    receipt_mail.save(update_fields=["is_automatic", "thread_id"])
    is_theirs = mail is not None and mail.recipients.filter(key=mail_key(receipt_mail.sender)).exists()
    if mail is not None and is_theirs and mail.inbox_message and receipt.kind == "displayed":
        mark_message(mail.inbox_message, MessageState.READ)


def _take(mail: Mail, one: Bounced) -> None:
    if one.action == "delayed":
        _note_delay(mail, one)
    elif one.action == "delivered":
        _note_arrival(mail, one)
    elif one.is_final and one.action == "failed":
        _mark(mail, one)


def _note_delay(mail: Mail, delayed: Bounced) -> None:
    """The other server goes on trying, for days as a rule."""
    waiting = mail.recipients.filter(key=delayed.key, state=MailRecipient.State.ACCEPTED)
    message = mail.inbox_message
    if waiting.update(state=MailRecipient.State.DELAYED, answer=delayed.reason) and message:
        late = Message.objects.filter(pk=message.pk, state=MessageState.SENT)
        late.update(trouble=kept("delayed"))
        hint(f"conversation:{message.conversation_id}")


def _note_arrival(mail: Mail, delivered: Bounced) -> None:
    there = mail.recipients.filter(key=delivered.key).exclude(state=MailRecipient.State.BOUNCED)
    if there.update(state=MailRecipient.State.ACCEPTED, answer="") and mail.inbox_message:
        mark_message(mail.inbox_message, MessageState.DELIVERED)


def _mark(mail: Mail, bounced: Bounced) -> None:
    marked = mail.recipients.filter(key=bounced.key).exclude(state=MailRecipient.State.BOUNCED)
    if not marked.update(state=MailRecipient.State.BOUNCED, answer=bounced.reason):
        return  # not one of ours, or known already
    if mail.inbox_message:
        mark_message(mail.inbox_message, MessageState.FAILED, trouble=bounced.reason)
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
