"""What the chat says, in the visitor's language: sent to the script, so that the script itself has no words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, Any] = {
    "open": _("Chat with us"),
    "close": _("Close the chat"),
    "welcome": _("Hello! How can we help?"),
    "away": _(
        "Nobody is here right now. Leave a message and your mail address: we answer as soon as we can."
    ),
    "write": _("Write a message"),
    "send": _("Send"),
    "attach": _("Attach a file"),
    "name": _("Your name"),
    "mail": _("Your mail address"),
    "optional": _("optional"),
    "needed": _("This is needed."),
    "bad_mail": _("This is no mail address."),
    "begin": _("Start the chat"),
    "leave": _("Leave the message"),
    "left": _("Thank you. Your message is with us, and we answer by mail."),
    "you": _("You"),
    "typing": _("Somebody is writing…"),
    "sending": _("Being sent…"),
    "waiting": _("No connection. It is sent as soon as there is one."),
    "refused": _("This was not sent."),
    "again": _("Try again"),
    "too_large": _("The file is too large."),
    "bad_type": _("Files of this kind are not taken."),
    "unread": _("New messages"),
    "more": _("More"),
    "cancel": _("Cancel"),
    "end": _("End the chat"),
    "ended": _("The chat is ended. Write again whenever you like."),
    "moved": _("This chat does not go on here. Where its link was opened, it does."),
    "transcript": _("Send me the conversation by mail"),
    "elsewhere": _("Continue on another device"),
    "link_sent": _("A link is on its way to your mail address."),
    "log": _("Messages"),
    "new_chat": _("Start a new chat"),
}


def texts() -> dict[str, str]:
    """All of them in the language that is active."""
    return {name: str(text) for name, text in TEXTS.items()}
