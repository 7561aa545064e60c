from .accounts import History, Intake, MailAccount, Security, Sharing
from .approved import ApprovedTemplate
from .channels import Channel, RawNotice
from .kept import KeptMail
from .mails import BadAddress, Mail, MailRecipient, MailState, MailTemplate
from .pictures import AllowedPictures
from .providers import MailProvider, ProviderKind
from .signing import SigningKey
from .tracking import TrackedLink, Tracking

__all__ = [
    "AllowedPictures",
    "ApprovedTemplate",
    "BadAddress",
    "Channel",
    "History",
    "Intake",
    "KeptMail",
    "Mail",
    "MailAccount",
    "MailProvider",
    "MailRecipient",
    "MailState",
    "MailTemplate",
    "ProviderKind",
    "RawNotice",
    "Security",
    "Sharing",
    "SigningKey",
    "TrackedLink",
    "Tracking",
]
