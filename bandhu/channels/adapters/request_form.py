"""The request form: a page of ours, alone, in the help centre or in a frame on any website. Answers leave as mails."""

from __future__ import annotations

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
from bandhu.channels.adapters.web_chat import ASKS
from bandhu.channels.kept_words import kept


class RequestForm(Adapter):
    kind = channel = "form"
    icon, has_notices, is_idempotent = "clipboard-list", False, True
    label = _("Request form")
    can = Capabilities(files=True)
    fields = (
        ConnectionField("title", _("Title"), _("Empty means “Send a request” in the visitor's language."), is_optional=True),
        ConnectionField("introduction", _("What stands above the form"), kind="text", is_optional=True),
        ConnectionField("ask_name", _("Name"), kind="choice", choices=ASKS, initial="optional"),
        ConnectionField("ask_phone", _("Phone"), kind="choice", choices=ASKS, initial="no"),
        ConnectionField("takes_files", _("Visitors may send files"), kind="yes_no", initial=True),
        ConnectionField("suggests", _("Articles are shown before it is sent"), kind="yes_no", initial=True),
        ConnectionField("in_help_centre", _("Offered in the help centre"), kind="yes_no", initial=True),
    )  # fmt: skip
    steps = (
        _("Connect a mailbox of the same team or of the whole house: answers leave from there, and the customer's next mail joins the conversation."),
        _("Link to the address of the form, or copy the line with the script into a page of your website."),
        _("Send something through it: it comes into the inbox."),
    )  # fmt: skip

    def send(self, connection: Connection, message: Outgoing) -> Outcome:
        """Only where no mailbox was there when the request came: elsewhere answers go through the outbox."""
        return Outcome(Sent.FAILED, trouble=kept("no_mailbox_for_answers"))
