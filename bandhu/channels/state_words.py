"""How the states of mails are coloured, and what became of them in words."""

from datetime import datetime

from django.utils.translation import ngettext

from bandhu.channels.models import Mail, MailState
from bandhu.ui.formats import ago, current_reader, number

TONES: dict[str, str] = {
    MailState.DRAFT: "neutral",
    MailState.QUEUED: "info",
    MailState.SENDING: "info",
    MailState.SENT: "success",
    MailState.FAILED: "danger",
    MailState.UNKNOWN: "warning",
    MailState.RECEIVED: "neutral",
}


def opening_words(mail: Mail) -> str:
    """How often a mail was opened, and when last, for the reader of this request."""
    words = ngettext("Opened once, %(when)s", "Opened %(number)s times, last %(when)s", mail.opens)
    return words % _values(mail.opens, mail.opened_at)


def clicking_words(mail: Mail) -> str:
    """How often its links were followed, and when last."""
    words = ngettext(
        "A link followed, %(when)s", "Links followed %(number)s times, last %(when)s", mail.clicks
    )
    return words % _values(mail.clicks, mail.clicked_at)


def _values(count: int, last: datetime | None) -> dict[str, str]:
    reader = current_reader()
    return {"number": number(count, reader), "when": ago(last, reader) if last else ""}
