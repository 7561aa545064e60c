from .accounts import Intake, MailAccount, Security, Sharing
from .mails import BadAddress, Mail, MailRecipient, MailState, MailTemplate

__all__ = [
    "BadAddress",
    "Intake",
    "Mail",
    "MailAccount",
    "MailRecipient",
    "MailState",
    "MailTemplate",
    "Security",
    "Sharing",
]
