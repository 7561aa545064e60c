from .accounts import Intake, MailAccount, Security, Sharing
from .mails import BadAddress, Mail, MailRecipient, MailState, MailTemplate
from .tracking import TrackedLink, Tracking

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
    "TrackedLink",
    "Tracking",
]
