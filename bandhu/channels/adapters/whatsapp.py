"""WhatsApp by Meta's Cloud API (https://developers.facebook.com/docs/whatsapp/cloud-api).

Free text may be written for 24 hours after the customer's last word; afterwards only a template Meta approved: a message whose details
hold {"template": {"name", "language", "values": […], "places": […], "header_kind", "buttons": […]}}, and whose file stands above its words.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from bandhu.channels.adapters import graph
from bandhu.channels.adapters.calling import Reply, Silent, call
from bandhu.channels.adapters.graph import (
    KEYS,
    WINDOW,
    GraphAdapter,
    as_text,
    authorised,
    fetch_of_meta,
    objects,
    outcome_of,
)
from bandhu.channels.adapters.port import (
    Arrived,
    Capabilities,
    Connection,
    ConnectionField,
    FileCome,
    FileToGo,
    Happening,
    Judged,
    Outcome,
    Outgoing,
    Said,
    Sent,
    StatusTold,
    Unreadable,
    Writer,
)
from bandhu.channels.adapters.shapes import key, moment, part, parts, words
from bandhu.channels.adapters.whatsapp_templates import FIELDS, judged, to_send
from bandhu.channels.kept_words import kept

_STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed"}
# What a change of the field "messages" may hold.
_TOLD = ("messages", "statuses", "errors", "calls")
_FILES = ("image", "document", "audio", "video", "sticker", "voice")
# The service keeps 6,000 for an account at most; a page of fifty long ones has less than a megabyte.
_MOST_PAGES, _LONGEST_PAGE = 130, 2_000_000
_KINDS = {"image/jpeg": "image", "image/png": "image", "video/mp4": "video", "audio/mpeg": "audio", "audio/ogg": "audio", "audio/mp4": "audio"}  # fmt: skip


class WhatsApp(GraphAdapter):
    kind, channel, icon = "whatsapp", "whatsapp", "message-circle"
    label = _("WhatsApp (Cloud API)")
    can = Capabilities(
        files=True, receipts=True, max_length=4_096, answer_within=WINDOW, has_templates=True, begins=True
    )
    fields = (
        ConnectionField("phone_number_id", _("Phone number ID"), _("WhatsApp, API setup, under the number.")),
        ConnectionField(
            "business_account_id",
            _("WhatsApp Business account ID"),
            is_optional=True,
            help=_(
                "Beside the phone number ID. With it the templates Meta approved are fetched, for what is written after 24 hours."
            ),
        ),
        *KEYS,
    )
    steps = (
        _("At developers.facebook.com make an app with WhatsApp, and add your number."),
        _("Under WhatsApp, Configuration paste this callback address and your verify token: %(url)s"),
        _("Subscribe there to the field “messages”."),
        _("Copy the phone number ID, a lasting token and the app secret into this form."),
    )

    def parse(self, connection: Connection, arrived: Arrived) -> list[Happening]:
        found = arrived.json()
        if found.get("object") != "whatsapp_business_account":
            raise Unreadable(kept("other_kind", "WhatsApp"))
        changes = [change for entry in parts(found, "entry") for change in parts(entry, "changes")]
        if not changes:
            raise Unreadable(kept("says_nothing", "changes"))
        happened: list[Happening] = []
        for change in changes:
            value = part(change, "value")
            # Other fields of the app (templates judged, alerts) may be subscribed to as well, and say nothing to us.
            if words(change, "field") == "messages" and not any(value.get(name) for name in _TOLD):
                raise Unreadable(kept("says_nothing", "change"))
            if words(part(value, "metadata"), "phone_number_id") in ("", connection["phone_number_id"]):
                happened += self._of_value(value)
        return happened

    def _of_value(self, value: dict[str, Any]) -> list[Happening]:
        names = {
            key(one, "wa_id"): words(part(one, "profile"), "name", 200) for one in parts(value, "contacts")
        }
        said: list[Happening] = [
            _said(one, names) for one in parts(value, "messages") if words(one, "type") != "reaction"
        ]
        told = [_told(one) for one in parts(value, "statuses")]
        return said + [one for one in told if one is not None]

    def fetch(self, connection: Connection, file: FileCome) -> bytes:
        """A file is named by a number; where its bytes lie is asked first."""
        if not file.reference.isalnum():
            raise Unreadable(kept("file_not_given", "id"))
        found = self.ask(connection, file.reference)
        return fetch_of_meta(as_text(found.get("url")), connection, with_token=True)

    def send(self, connection: Connection, message: Outgoing) -> Outcome:
        first: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": message.to.lstrip("+"),
        }
        template = message.details.get("template")
        if isinstance(template, dict):
            return self._template_sent(connection, first, template, message)
        if message.reply_to.startswith("wamid."):
            first["context"] = {"message_id": message.reply_to}
        if not message.files:
            return self._sent(connection, first | {"type": "text", "text": {"body": message.text}})
        for at, file in enumerate(message.files):
            uploaded = self._upload(connection, file)
            if isinstance(uploaded, Outcome):
                # What went before is with the customer already: nobody sends it all again by itself.
                return uploaded if at == 0 else Outcome(Sent.UNKNOWN, trouble=uploaded.trouble)
            kind = _KINDS.get(file.media_type, "document")
            body: dict[str, Any] = {"id": uploaded}
            if at == 0 and kind != "audio" and message.text:
                body["caption"] = message.text[:1_024]
            if kind == "document":
                body["filename"] = file.name
            outcome = self._sent(connection, first | {"type": kind, kind: body})
            if outcome.state != Sent.SENT:
                return outcome if at == 0 else Outcome(Sent.UNKNOWN, trouble=outcome.trouble)
        return outcome

    def _template_sent(
        self, connection: Connection, first: dict[str, Any], template: dict[str, Any], message: Outgoing
    ) -> Outcome:
        """The file above its words is handed over first: that alone sends nothing."""
        kind, file = template.get("header_kind"), None
        if kind:
            if not message.files:
                return Outcome(Sent.FAILED, trouble=kept("no_header_file"))
            above = message.files[0]
            uploaded = self._upload(connection, above)
            if isinstance(uploaded, Outcome):
                return uploaded
            file = {"id": uploaded} | ({"filename": above.name} if kind == "document" else {})
        return self._sent(connection, first | to_send(template, file))

    def _sent(self, connection: Connection, body: dict[str, Any]) -> Outcome:
        answer = self.post(connection, f"{connection['phone_number_id']}/messages", body)
        if isinstance(answer, Outcome):
            return answer
        [first] = objects(answer.found.get("messages"))[:1] or [{}]
        return Outcome(Sent.SENT, as_text(first.get("id"), 250))

    def templates(self, connection: Connection) -> list[Judged]:
        account = connection["business_account_id"]
        if not (account.isascii() and account.isdecimal()):
            raise Unreadable(kept("no_business_account"))
        found: list[Judged] = []
        after = ""
        for _page in range(_MOST_PAGES):
            asked = {"fields": FIELDS, "limit": "50"} | ({"after": after} if after else {})
            answer = self.ask(
                connection, f"{account}/message_templates?{urlencode(asked)}", refusal="templates_not_given",
                max_bytes=_LONGEST_PAGE,
            )  # fmt: skip
            # An answer that names none would take them all away.
            if not isinstance(answer.get("data"), list):
                raise Unreadable(kept("no_list", "data"))
            found += [judged(one) for one in parts(answer, "data")]
            # Where the next page lies is told whole; only its mark is taken, so that the token goes nowhere else.
            paging = part(answer, "paging")
            after = words(part(paging, "cursors"), "after") if paging.get("next") else ""
            if not after:
                break
        return found

    def _upload(self, connection: Connection, file: FileToGo) -> str | Outcome:
        """Meta's number of the file; asking again does no harm."""
        form = {"messaging_product": "whatsapp", "type": file.media_type}
        try:
            reply: Reply = call(
                "POST", f"{graph.API}/{connection['phone_number_id']}/media", form=form,
                files={"file": (file.name, file.content, file.media_type)}, headers=authorised(connection),
            )  # fmt: skip
        except Silent as silence:
            return Outcome(Sent.LATER, trouble=kept("unreached", silence))
        if reply.is_good and reply.found.get("id"):
            return as_text(reply.found["id"])
        outcome = outcome_of(reply)
        return Outcome(Sent.LATER, trouble=outcome.trouble) if outcome.state == Sent.UNKNOWN else outcome


def _said(one: dict[str, Any], names: dict[str, str]) -> Said:
    number, kind, external_id = key(one, "from", 40), words(one, "type", 40), key(one, "id")
    if not number.isdigit() or not external_id or not kind:
        raise Unreadable(kept("part_missing", "messages: from, id, type"))
    file = part(one, kind) if kind in _FILES else {}
    files = (FileCome(words(file, "filename", 200) or kind, key(file, "id"), media_type=words(file, "mime_type")),) if file else ()  # fmt: skip
    phone = f"+{number}"
    return Said(
        external_id, Writer(key=phone, name=names.get(number, ""), address=phone, phone=phone), _text(one, kind),
        at=moment(one, "timestamp"), reply_to=key(part(one, "context"), "id"), files=files,
        details={"whatsapp_type": kind},
    )  # fmt: skip


def _told(one: dict[str, Any]) -> StatusTold | None:
    """None for states that say nothing to us ("deleted", "warning")."""
    external_id, status = key(one, "id"), words(one, "status", 40)
    if not external_id or not status:
        raise Unreadable(kept("part_missing", "statuses: id, status"))
    return StatusTold(external_id, _STATES[status], _trouble(one)) if status in _STATES else None


def _text(one: dict[str, Any], kind: str) -> str:
    if kind == "text":
        return words(part(one, "text"), "body", 70_000)
    if kind in _FILES:
        file = part(one, kind)
        return words(file, "caption") or words(file, "filename") or kind
    if kind == "button":
        return words(part(one, "button"), "text")
    if kind == "interactive":
        answer = part(one, "interactive")
        return words(part(answer, "button_reply") or part(answer, "list_reply"), "title")
    if kind == "location":
        place = part(one, "location")
        return f"{words(place, 'name')} {place.get('latitude')}, {place.get('longitude')}".strip()
    return graph.pretty(one.get(kind) or {"type": kind})


def _trouble(status: dict[str, Any]) -> str:
    [error] = parts(status, "errors")[:1] or [{}]
    return f"({error.get('code')}) {error.get('title', '')}" if error else ""
