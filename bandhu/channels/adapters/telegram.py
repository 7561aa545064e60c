"""Telegram by its Bot API (https://core.telegram.org/bots/api): notices carry the secret that was given when the address was set."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.channels.adapters.calling import Reply, Silent, call, fetch_file, lost, refused
from bandhu.channels.adapters.graph import as_text, inner
from bandhu.channels.adapters.port import (
    Adapter,
    Arrived,
    Capabilities,
    Connection,
    ConnectionField,
    FileCome,
    Forged,
    Happening,
    Outcome,
    Outgoing,
    Said,
    Sent,
    TryLater,
    Unreadable,
    Writer,
    same,
)
from bandhu.channels.adapters.shapes import key, moment, part, parts, truth, words
from bandhu.channels.kept_words import kept

API = "https://api.telegram.org"
_FILES = ("document", "audio", "video", "voice", "video_note", "animation", "sticker")
_LONGEST = 4_096


class Telegram(Adapter):
    kind = channel = "telegram"
    icon = "send"
    label = _("Telegram")
    can = Capabilities(files=True, max_length=_LONGEST)
    fields = (
        ConnectionField("token", _("Token of the bot"), _("From @BotFather, for example 123456:ABC…"), is_secret=True),
        ConnectionField("secret", _("Secret of notices"), _("Letters, digits, _ and -, at least 16; Telegram sends it with every notice."), is_secret=True),
    )  # fmt: skip
    steps = (
        _("In Telegram write to @BotFather, make a bot with /newbot, and copy its token into this form."),
        _(
            "Save, then call setWebhook once with url=%(url)s and your secret as secret_token; the guide “Channels” has the line."
        ),
    )

    def check(self, connection: Connection) -> dict[str, Any]:
        secret = connection["secret"]
        if len(secret) < 16 or not secret.replace("_", "").replace("-", "").isalnum() or not secret.isascii():
            return {"secret": _("Letters, digits, _ and -, at least 16.")}
        return {}

    def verify(self, connection: Connection, arrived: Arrived) -> None:
        given = arrived.headers.get("x-telegram-bot-api-secret-token", "")
        if not connection["secret"] or not same(given, connection["secret"]):
            raise Forged(kept("forged", "X-Telegram-Bot-Api-Secret-Token"))

    def notice_id(self, connection: Connection, arrived: Arrived) -> str:
        update = arrived.json().get("update_id")
        return str(update) if type(update) is int else hashlib.sha256(arrived.body).hexdigest()

    def parse(self, connection: Connection, arrived: Arrived) -> list[Happening]:
        found = arrived.json()
        message = part(found, "message") or part(found, "edited_message")
        if not message:
            # An update holds one thing; of others (a bot added to a group, an inline query) we make nothing.
            if not any(isinstance(one, dict) and one for one in found.values()):
                raise Unreadable(kept("says_nothing", "update"))
            return []
        chat, sender = part(message, "chat"), part(message, "from")
        number, place = key(message, "message_id"), key(chat, "id")
        if not number or not place or not words(chat, "type"):
            raise Unreadable(kept("part_missing", "message_id, chat"))
        if chat["type"] != "private" or truth(sender, "is_bot"):
            return []
        name = f"{words(sender, 'first_name', 100)} {words(sender, 'last_name', 100)}".strip()
        person = Writer(key=place, name=name or words(sender, "username", 100), address=place)
        edited = f"/{key(message, 'edit_date')}" if "edited_message" in found else ""
        replied = key(part(message, "reply_to_message"), "message_id")
        files = _files(message)
        text = (
            words(message, "text", 20_000)
            or words(message, "caption")
            or ", ".join(one.name for one in files)
        )
        return [
            Said(
                f"{place}:{number}{edited}", person, text, at=moment(message, "date"),
                reply_to=f"{place}:{replied}" if replied else "", language=words(sender, "language_code", 2), files=files,
                details={"is_edited": True} if edited else {},
            )
        ]  # fmt: skip

    def fetch(self, connection: Connection, file: FileCome) -> bytes:
        try:
            reply = call("POST", f"{API}/bot{connection['token']}/getFile", json={"file_id": file.reference})
        except Silent as silence:
            raise TryLater(kept("unreached", _hidden(f"{silence}", connection))) from silence
        if reply.status >= 500 or reply.status == 429:
            raise TryLater(kept("answers_ill", f"Telegram {reply.status}"))
        path = as_text(inner(reply.found, "result").get("file_path"), 300)
        if not path or ".." in path or path.startswith("/"):
            raise Unreadable(kept("file_not_given", "Telegram"))
        return fetch_file(f"{API}/file/bot{connection['token']}/{path}")

    def send(self, connection: Connection, message: Outgoing) -> Outcome:
        reply_to = message.reply_to.partition(":")[2].partition("/")[0]
        more: dict[str, Any] = {"chat_id": message.to}
        if reply_to.isdigit() and message.details.get("quotes"):
            more["reply_parameters"] = {"message_id": int(reply_to), "allow_sending_without_reply": True}
        first = (
            self._call(connection, "sendMessage", more | {"text": message.text}, message.to)
            if message.text
            else None
        )
        if first is not None and first.state != Sent.SENT:
            return first
        for file in message.files:
            name = "sendPhoto" if file.media_type in ("image/png", "image/jpeg") else "sendDocument"
            field = "photo" if name == "sendPhoto" else "document"
            sent = self._call(
                connection, name, more, message.to, {field: (file.name, file.content, file.media_type)}
            )
            if sent.state != Sent.SENT:
                return sent if first is None else Outcome(Sent.UNKNOWN, trouble=sent.trouble)
            first = first or sent
        return first or Outcome(Sent.FAILED, trouble=kept("empty"))

    def _call(
        self, connection: Connection, name: str, facts: dict[str, Any], to: str, files: dict[str, tuple[str, bytes, str]] | None = None
    ) -> Outcome:  # fmt: skip
        url = f"{API}/bot{connection['token']}/{name}"
        try:
            if files:
                reply = call("POST", url, form={key: str(value) for key, value in facts.items()}, files=files)
            else:
                reply = call("POST", url, json=facts)
        except Silent as silence:
            outcome = lost(silence)
            return Outcome(
                outcome.state,
                trouble=_hidden(outcome.trouble, connection),
                is_channels_fault=outcome.is_channels_fault,
            )
        if reply.is_good and reply.found.get("ok"):
            return Outcome(Sent.SENT, f"{to}:{inner(reply.found, 'result').get('message_id')}")
        return _refusal(reply)


def _refusal(reply: Reply) -> Outcome:
    words = as_text(reply.found.get("description"), 300) or f"Telegram {reply.status}"
    outcome = refused(reply, words)
    if reply.status == 403:  # the customer blocked the bot: nothing is wrong with the channel
        return Outcome(Sent.FAILED, trouble=kept("service_refuses", words))
    return outcome


def _files(message: dict[str, Any]) -> tuple[FileCome, ...]:
    held = [(kind, file) for kind in _FILES if (file := part(message, kind))]
    found = [
        FileCome(words(file, "file_name", 200) or kind, words(file, "file_id", 300)) for kind, file in held
    ]
    if sizes := parts(message, "photo"):
        found.append(FileCome("photo.jpg", words(sizes[-1], "file_id", 300)))
    return tuple(found)


def _hidden(words: str, connection: Connection) -> str:
    return words.replace(connection["token"] or "\x00", "•")
