"""Messenger and Instagram: Meta's messaging of pages (https://developers.facebook.com/docs/messenger-platform)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from bandhu.channels.adapters.calling import Reply
from bandhu.channels.adapters.graph import (
    KEYS,
    WINDOW,
    GraphAdapter,
    as_text,
    fetch_of_meta,
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
from bandhu.channels.adapters.shapes import key, moment, part, parts, truth, words
from bandhu.channels.kept_words import kept

# An entry holds one of these; those of the last two say nothing to us.
_HELD = ("messaging", "changes", "standby")
# Kinds of files that are shown in the exchange; any other is one to open.
_SHOWN = ("image", "audio", "video")
# What stands around what happened: a message, a reaction, a button pressed.
_AROUND = {"sender", "recipient", "timestamp", "message"}


class Messenger(GraphAdapter):
    kind, channel, icon = "messenger", "messenger", "message-circle-more"
    label = _("Facebook Messenger")
    thing: ClassVar[str] = "page"
    can = Capabilities(files=True, receipts=True, max_length=2_000, answer_within=WINDOW)
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
            raise Unreadable(kept("other_kind", self.thing))
        entries = parts(found, "entry")
        if not entries or not all(any(entry.get(name) for name in _HELD) for entry in entries):
            raise Unreadable(kept("says_nothing", "entry"))
        happened: list[Happening] = []
        for entry in entries:
            for one in parts(entry, "messaging"):
                happened += self._of_one(connection, one)
        return happened

    def _of_one(self, connection: Connection, one: dict[str, Any]) -> list[Happening]:
        message, sender = part(one, "message"), key(part(one, "sender"), "id", 60)
        if delivery := part(one, "delivery"):
            return [StatusTold(mid, "delivered") for mid in _mids(delivery)]
        if read := part(one, "read"):
            mid = words(read, "mid", 250)
            if not mid and not read.get("watermark"):
                raise Unreadable(kept("part_missing", "read"))
            return [StatusTold(mid, "read")] if mid else []
        if not sender:
            raise Unreadable(kept("part_missing", "sender.id"))
        if not message:
            if not any(one[name] for name in one.keys() - _AROUND):
                raise Unreadable(kept("says_nothing", "messaging"))
            return []
        if truth(message, "is_deleted"):
            return []
        external_id = words(message, "mid", 250)
        if not external_id:
            raise Unreadable(kept("part_missing", "message.mid"))
        files = _files(message)
        text = words(message, "text", 20_000) or ", ".join(file.name for file in files)
        return [
            Said(
                external_id, Writer(key=sender, address=sender), text, at=moment(one, "timestamp", per_second=1000),
                reply_to=words(part(message, "reply_to"), "mid", 250), files=files,
                is_ours=truth(message, "is_echo") or sender == connection["page_id"],
            )
        ]  # fmt: skip

    def fetch(self, connection: Connection, file: FileCome) -> bytes:
        return fetch_of_meta(file.reference, connection, with_token=False)

    def send(self, connection: Connection, message: Outgoing) -> Outcome:
        """The words, then each file as a message of its own: a message holds one or the other."""
        first: Outcome | None = None
        path, head = (
            f"{connection['page_id']}/messages",
            {"recipient": {"id": message.to}, "messaging_type": "RESPONSE"},
        )
        if message.text or not message.files:
            first = _outcome(self.post(connection, path, head | {"message": {"text": message.text}}))
            if first.state != Sent.SENT:
                return first
        for file in message.files:
            kind = file.media_type.partition("/")[0]
            attached = {"type": kind if kind in _SHOWN else "file", "payload": {"is_reusable": False}}
            form = head | {"message": {"attachment": attached}}
            sent = _outcome(self.upload(connection, path, form, file))
            if sent.state != Sent.SENT:
                # What went before is with the customer already: nobody sends it all again by itself.
                return sent if first is None else Outcome(Sent.UNKNOWN, trouble=sent.trouble)
            first = first or sent
        assert first is not None  # words or files, one of them went
        return first


def _outcome(answer: Reply | Outcome) -> Outcome:
    if isinstance(answer, Outcome):
        return answer
    return Outcome(Sent.SENT, as_text(answer.found.get("message_id"), 250))


def _mids(delivery: dict[str, Any]) -> list[str]:
    """The messages that were delivered; none where only the moment is told until which all were."""
    mids = delivery.get("mids") or []
    if not mids and not delivery.get("watermark"):
        raise Unreadable(kept("part_missing", "delivery"))
    if not isinstance(mids, list) or not all(isinstance(mid, str) for mid in mids):
        raise Unreadable(kept("no_list", "mids"))
    return [mid[:250] for mid in mids]


def _files(message: dict[str, Any]) -> tuple[FileCome, ...]:
    found = [
        (words(one, "type"), words(part(one, "payload"), "url")) for one in parts(message, "attachments")
    ]
    return tuple(FileCome(kind, url) for kind, url in found if url)


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
