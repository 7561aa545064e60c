from .accounts import Intake, MailAccount, Security, Sharing
from .channels import Channel, RawNotice
from .kept import KeptMail
from .mails import BadAddress, Mail, MailRecipient, MailState, MailTemplate
from .signing import SigningKey
from .tracking import TrackedLink, Tracking

__all__ = [
    "BadAddress",
    "Channel",
    "Intake",
    "KeptMail",
    "Mail",
    "MailAccount",
    "MailRecipient",
    "MailState",
    "MailTemplate",
    "RawNotice",
    "Security",
    "Sharing",
    "SigningKey",
    "TrackedLink",
    "Tracking",
]
