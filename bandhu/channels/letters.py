"""From a mail of the outbox to the letter that travels: its addresses, its files, what is said about it to other programs."""

from __future__ import annotations

from bandhu.channels.acknowledgement import ACKNOWLEDGED
from bandhu.channels.models import Mail, MailAccount, MailRecipient
from bandhu.channels.reply_tokens import reply_address, reply_mark
from bandhu.channels.wire import Enclosure, Letter
from bandhu.platform.files import files_of, open_file
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.models import StoredFile


def letter_of(mail: Mail, html: str) -> Letter:
    """Of a mail with an account, with its HTML as it is to leave. Raises OSError when the data folder has lost one of its files."""
    account = mail.account
    assert account is not None  # whoever sends has looked
    people = {
        role: [(one.name, one.address) for one in mail.recipients.all() if one.role == role]
        for role in MailRecipient.Role
    }
    return Letter(
        sender=(mail.sender_name, _own_address(mail, account)),
        to=people[MailRecipient.Role.TO],
        cc=people[MailRecipient.Role.CC],
        subject=mail.subject,
        text=mail.text,
        html=_marked(mail, account, html),
        calendar=mail.calendar,
        written_at=mail.written_at,
        message_id=mail.message_id,
        references=mail.references,
        headers=_headers(mail, account),
        files=[_enclosure(one) for one in _files(mail)],
    )


def _own_address(mail: Mail, account: MailAccount) -> str:
    """That of the mailbox, or the alias the customer wrote to, as long as it is one."""
    return mail.sender if mail_key(mail.sender) in account.own_keys else account.address


def _headers(mail: Mail, account: MailAccount) -> list[tuple[str, str]]:
    found = []
    if mail.is_automatic:
        submitted = "auto-replied" if mail.about_kind == ACKNOWLEDGED else "auto-generated"
        found += [
            ("Auto-Submitted", submitted),
            ("X-Auto-Response-Suppress", "All"),
            ("X-Loop", account.address),
        ]
    if mail.inbox_message is not None:
        address = reply_address(account, _own_address(mail, account), mail.inbox_message.conversation_id)
        found += [("Reply-To", address)] if address else []
        if mail.inbox_message.details.get("asks_receipt"):
            # RFC 8098: the recipient's program may ask its user, answer, or say nothing.
            found += [("Disposition-Notification-To", _own_address(mail, account))]
    return found


def _marked(mail: Mail, account: MailAccount, html: str) -> str:
    """With the token by which an answer is known, out of sight."""
    if not html or mail.inbox_message is None:
        return html
    mark = reply_mark(account, mail.inbox_message.conversation_id)
    return f'{html}<div style="display:none;max-height:0;overflow:hidden" aria-hidden="true">{mark}</div>'


def _files(mail: Mail) -> list[StoredFile]:
    """What is enclosed: kept for the mail, or for the message of the inbox it carries."""
    own = [one for one in files_of(mail.pk) if one.record_kind == "mail"]
    return own + (files_of(mail.inbox_message_id) if mail.inbox_message_id else [])


def _enclosure(stored: StoredFile) -> Enclosure:
    with open_file(stored) as file:
        return Enclosure(stored.name, stored.media_type, file.read())
