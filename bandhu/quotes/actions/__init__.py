"""The write door of quotes and orders."""

from bandhu.quotes.actions.decisions import (
    NotOpen,
    accept_quote,
    ask_about_quote,
    decline_quote,
    expire_quotes,
    note_reading,
)
from bandhu.quotes.actions.mailing import mail_quote
from bandhu.quotes.actions.orders import cancel_order, change_order
from bandhu.quotes.actions.quotes import change_quote, create_quote, delete_quote, restore_quote
from bandhu.quotes.actions.sending import (
    approve_quote,
    ask_approval,
    begin_version,
    refuse_approval,
    send_quote,
    take_back,
    undo_sending,
)
from bandhu.quotes.actions.templates import remove_logo, set_logo, set_template
from bandhu.quotes.approval import NeedsApproval

__all__ = [
    "NeedsApproval",
    "NotOpen",
    "accept_quote",
    "approve_quote",
    "ask_about_quote",
    "ask_approval",
    "begin_version",
    "cancel_order",
    "change_order",
    "change_quote",
    "create_quote",
    "decline_quote",
    "delete_quote",
    "expire_quotes",
    "mail_quote",
    "note_reading",
    "refuse_approval",
    "remove_logo",
    "restore_quote",
    "send_quote",
    "set_logo",
    "set_template",
    "take_back",
    "undo_sending",
]
