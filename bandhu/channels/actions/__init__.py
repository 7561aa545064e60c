"""The write door of channels."""

from .accounts import change_account, create_account, create_own_account, delete_account
from .filing import file_as, file_with, make_contact
from .notices import send_notice
from .outbox import send_queued, settle_lost
from .receiving import queue_readings, read_account, receive_mail
from .templates import ensure_letters, set_template
from .tracking import follow_link, forget_openings, note_opening, set_tracking
from .writing import delete_draft, send_again, take_back, trust_addresses, write_mail

__all__ = [
    "change_account",
    "create_account",
    "create_own_account",
    "delete_account",
    "delete_draft",
    "ensure_letters",
    "file_as",
    "file_with",
    "follow_link",
    "forget_openings",
    "make_contact",
    "note_opening",
    "queue_readings",
    "read_account",
    "receive_mail",
    "send_again",
    "send_notice",
    "send_queued",
    "set_template",
    "set_tracking",
    "settle_lost",
    "take_back",
    "trust_addresses",
    "write_mail",
]
