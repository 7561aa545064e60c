"""The read door of channels."""

from .accounts import account_for, accounts, may_manage, sending_account_for, sending_accounts
from .answers import CalendarMail, calendar_mail
from .mails import (
    bad_addresses_of,
    drafts,
    files_of_mail,
    mail_for,
    mails,
    mails_about,
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
from .templates import Drafted, all_templates, drafted_from, letter_called, template_for, templates
from .tracking import may_track, sent_at_of, tracked_links, tracking

__all__ = [
    "CalendarMail",
    "Drafted",
    "account_for",
    "accounts",
    "all_templates",
    "bad_addresses_of",
    "calendar_mail",
    "drafted_from",
    "drafts",
    "files_of_mail",
    "letter_called",
    "mail_for",
    "mails",
    "mails_about",
    "mails_of",
    "may_manage",
    "may_read",
    "may_track",
    "notes_of_entries",
    "part_of_mails",
    "sees_mail",
    "sending_account_for",
    "sending_accounts",
    "sent_at_of",
    "source_of",
    "strangers",
    "template_for",
    "templates",
    "thread_of",
    "tracked_links",
    "tracking",
    "withheld",
]
