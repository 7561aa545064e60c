"""The chat on one's own website. Nothing is called: what was written has arrived when the visitor's page asks for it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from bandhu.channels.adapters.port import (
    Adapter,
    Capabilities,
    Connection,
    ConnectionField,
    Outcome,
    Outgoing,
    Sent,
)

ASKS = (("no", _("Not asked")), ("optional", _("Asked, may stay empty")), ("required", _("Must be filled")))
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class WebChat(Adapter):
    kind = channel = "chat"
    icon, has_notices, is_idempotent = "messages-square", False, True
    label = _("Chat on your website")
    can = Capabilities(files=True, receipts=True, typing=True, max_length=5_000)
    fields = (
        ConnectionField(
            "origins", _("Websites it stands on"), kind="text", is_optional=True,
            help=_("One to a line, with https:// and without a path. On any other website it stays closed."),
        ),
        ConnectionField("title", _("Title"), _("What stands at its head, for example the name of your house."), is_optional=True),
        ConnectionField("welcome", _("Greeting"), _("Empty means that the chat greets in the visitor's language."), kind="text", is_optional=True),
        ConnectionField("colour", _("Colour"), kind="colour", initial="#1f5f8b"),
        ConnectionField("side", _("Where it opens"), kind="choice", initial="end", choices=(("end", _("At the end of the line")), ("start", _("At the start of the line")))),
        ConnectionField("ask_name", _("Name before the chat"), kind="choice", choices=ASKS, initial="optional"),
        ConnectionField("ask_mail", _("Mail address before the chat"), kind="choice", choices=ASKS, initial="optional"),
        ConnectionField("takes_files", _("Visitors may send files"), kind="yes_no", initial=True),
        ConnectionField("shows_names", _("Visitors see who answers"), kind="yes_no", initial=True),
        ConnectionField("keeps_hours", _("Chat in business time only"), _("At other times the visitor leaves a message. Business time is that of the usual calendar."), kind="yes_no", initial=False),
        ConnectionField("needs_agents", _("Chat only while an agent is available"), _("Otherwise the visitor leaves a message."), kind="yes_no", initial=False),
        ConnectionField("is_form_only", _("Only take messages, chat with nobody"), _("As outside working hours: the visitor leaves a message and a mail address."), kind="yes_no", initial=False),
        ConnectionField(
            "identity_secret", _("Secret for signed visitors"), is_secret=True, is_optional=True,
            help=_("Your website signs who is signed in there with it. At least 24 characters; empty where nobody signs in."),
        ),
    )  # fmt: skip
    steps = (
        _("Write down the websites the chat shall stand on, and save."),
        _("Copy the line with the script from this page into the pages of your website, before </body>."),
        _("Open the preview and write something: it comes into the inbox."),
    )

    def check(self, connection: Connection) -> dict[str, Any]:
        problems: dict[str, Any] = {}
        bad = [one for one in origins_of(connection.settings) if not _is_origin(one)]
        if bad:
            problems["origins"] = _("Write each as https://www.example.com, one to a line.")
        if not _COLOUR.fullmatch(connection["colour"]):
            problems["colour"] = _("Write the colour as # and six digits or letters from a to f.")
        elif _contrast_with_white(connection["colour"]) < 4.5:
            problems["colour"] = _("White letters cannot be read on this colour. Choose a darker one.")
        if connection["identity_secret"] and len(connection["identity_secret"]) < 24:
            problems["identity_secret"] = _("At least 24 characters, so that nobody guesses it.")
        return problems

    def send(self, connection: Connection, message: Outgoing) -> Outcome:
        return Outcome(Sent.SENT)


def origins_of(settings: Any) -> list[str]:
    """The websites a chat may stand on, as browsers call them."""
    return [
        one.strip().rstrip("/").lower() for one in str(settings.get("origins") or "").split() if one.strip()
    ]


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and text == f"{parts.scheme}://{parts.netloc}"
        )
    except ValueError:
        return False


def _contrast_with_white(colour: str) -> float:
    """WCAG 2.2, relative luminance: the contrast of white letters on the colour."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
