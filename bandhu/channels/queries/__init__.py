"""The read door of channels."""

from .accounts import account_for, accounts, may_manage, sending_account_for, sending_accounts
from .mails import (
    bad_addresses_of,
    drafts,
    files_of_mail,
    mail_for,
    mails,
    mails_of,
    may_read,
    notes_of_entries,
    part_of_mails,
    sees_mail,
    source_of,
    strangers,
    thread_of,
    withheld,
)
from .templates import Drafted, all_templates, drafted_from, template_for, templates

__all__ = [
    "Drafted",
    "account_for",
    "accounts",
    "all_templates",
    "bad_addresses_of",
    "drafted_from",
    "drafts",
    "files_of_mail",
    "mail_for",
    "mails",
    "mails_of",
    "may_manage",
    "may_read",
    "notes_of_entries",
    "part_of_mails",
    "sees_mail",
    "sending_account_for",
    "sending_accounts",
    "source_of",
    "strangers",
    "template_for",
    "templates",
    "thread_of",
    "withheld",
]
