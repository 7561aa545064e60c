from .accounts import Intake, MailAccount, Security, Sharing
from .channels import Channel, RawNotice
from .mails import BadAddress, Mail, MailRecipient, MailState, MailTemplate
from .tracking import TrackedLink, Tracking

__all__ = [
    "BadAddress",
    "Channel",
    "Intake",
    "Mail",
    "MailAccount",
    "MailRecipient",
    "MailState",
    "MailTemplate",
    "RawNotice",
    "Security",
    "Sharing",
    "TrackedLink",
    "Tracking",
]
