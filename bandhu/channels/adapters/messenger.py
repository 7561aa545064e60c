"""Messenger and Instagram: Meta's messaging of pages (https://developers.facebook.com/docs/messenger-platform)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from bandhu.channels.adapters.graph import (
    KEYS,
    WINDOW,
    GraphAdapter,
    as_text,
    fetch_of_meta,
    inner,
    moment_of,
    objects,
)
from bandhu.channels.adapters.port import (
    Arrived,
    Capabilities,
    Connection,
    ConnectionField,
    FileCome,
    Happening,
    Outcome,
    Outgoing,
    Said,
    Sent,
    StatusTold,
    Unreadable,
    Writer,
)


class Messenger(GraphAdapter):
    kind, channel, icon = "messenger", "messenger", "message-circle-more"
    label = _("Facebook Messenger")
    thing: ClassVar[str] = "page"
    can = Capabilities(receipts=True, max_length=2_000, answer_within=WINDOW)
    fields = (ConnectionField("page_id", _("Page ID"), _("Of the page customers write to.")), *KEYS)
    steps = (
        _("At developers.facebook.com make an app with Messenger, and connect your page."),
        _("Under Webhooks paste this callback address and your verify token: %(url)s"),
        _("Subscribe the page to messages, message_deliveries and message_reads."),
        _("Copy the page ID, the page's token and the app secret into this form."),
    )

    def parse(self, connection: Connection, arrived: Arrived) -> list[Happening]:
        found = arrived.json()
        if found.get("object") != self.thing:
            raise Unreadable(f"no notice of a {self.thing}")
        happened: list[Happening] = []
        for entry in objects(found.get("entry")):
            for one in objects(entry.get("messaging")):
                happened += self._of_one(connection, one)
        return happened

    def _of_one(self, connection: Connection, one: dict[str, Any]) -> list[Happening]:
        message, sender = inner(one, "message"), as_text(inner(one, "sender").get("id"), 60)
        if delivery := inner(one, "delivery"):
            return [
                StatusTold(as_text(mid, 250), "delivered")
                for mid in delivery.get("mids") or ()
                if isinstance(mid, str)
            ]
        if read := inner(one, "read"):
            return [StatusTold(as_text(read["mid"], 250), "read")] if read.get("mid") else []
        if not message or message.get("is_deleted") or not sender:
            return []
        files = tuple(
            FileCome(as_text(file.get("type")), as_text(inner(file, "payload").get("url")))
            for file in objects(message.get("attachments"))
            if inner(file, "payload").get("url")
        )
        text = as_text(message.get("text"), 20_000) or ", ".join(file.name for file in files)
        return [
            Said(
                as_text(message.get("mid"), 250), Writer(key=sender, address=sender), text, at=moment_of(one.get("timestamp"), per_second=1000),
                reply_to=as_text(inner(message, "reply_to").get("mid"), 250), files=files, is_ours=message.get("is_echo") is True or sender == connection["page_id"],
            )
        ]  # fmt: skip

    def fetch(self, connection: Connection, file: FileCome) -> bytes:
        return fetch_of_meta(file.reference, connection, with_token=False)

    def send(self, connection: Connection, message: Outgoing) -> Outcome:
        body = {
            "recipient": {"id": message.to},
            "messaging_type": "RESPONSE",
            "message": {"text": message.text},
        }
        answer = self.post(connection, f"{connection['page_id']}/messages", body)
        if isinstance(answer, Outcome):
            return answer
        return Outcome(Sent.SENT, as_text(answer.found.get("message_id"), 250))


class Instagram(Messenger):
    kind, channel, icon = "instagram", "instagram", "camera"
    label = _("Instagram")
    thing: ClassVar[str] = "instagram"
    can = Capabilities(receipts=True, max_length=1_000, answer_within=WINDOW)
    fields = (
        ConnectionField(
            "page_id", _("Instagram account ID"), _("Of the professional account customers write to.")
        ),
        *KEYS,
    )
    steps = (
        _(
            "At developers.facebook.com make an app with Instagram messaging, and connect your professional account."
        ),
        _("Under Webhooks paste this callback address and your verify token: %(url)s"),
        _("Subscribe the account to messages and messaging_seen."),
        _("Copy the account's ID, its token and the app secret into this form."),
    )
