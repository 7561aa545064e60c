"""How the states of mails are coloured."""

from bandhu.channels.models import MailState

TONES: dict[str, str] = {
    MailState.DRAFT: "neutral",
    MailState.QUEUED: "info",
    MailState.SENDING: "info",
    MailState.SENT: "success",
    MailState.FAILED: "danger",
    MailState.UNKNOWN: "warning",
    MailState.RECEIVED: "neutral",
}
