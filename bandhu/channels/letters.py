"""From a mail of the outbox to the letter that travels: its addresses, its files, what is said about it to other programs."""

from __future__ import annotations

from bandhu.channels.models import Mail, MailRecipient
from bandhu.channels.wire import Enclosure, Letter
from bandhu.platform.files import files_of, open_file
from bandhu.platform.models import StoredFile


def letter_of(mail: Mail, html: str) -> Letter:
    """Of a mail with an account, with its HTML as it is to leave. Raises OSError when the data folder has lost one of its files."""
    account = mail.account
    assert account is not None  # whoever sends has looked
    people = {
        role: [(one.name, one.address) for one in mail.recipients.all() if one.role == role]
        for role in MailRecipient.Role
    }
    headers = (
        [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")]
        if mail.is_automatic
        else []
    )
    return Letter(
        sender=(mail.sender_name, account.address),
        to=people[MailRecipient.Role.TO],
        cc=people[MailRecipient.Role.CC],
        subject=mail.subject,
        text=mail.text,
        html=html,
        calendar=mail.calendar,
        written_at=mail.written_at,
        message_id=mail.message_id,
        references=mail.references,
        headers=headers,
        files=[_enclosure(one) for one in files_of(mail.pk)],
    )


def _enclosure(stored: StoredFile) -> Enclosure:
    with open_file(stored) as file:
        return Enclosure(stored.name, stored.media_type, file.read())
