"""WhatsApp by Meta's Cloud API (https://developers.facebook.com/docs/whatsapp/cloud-api).

Free text may be written for 24 hours after the customer's last word; afterwards only a template Meta approved: a message whose details
hold {"template": {"name", "language", "values": […]}}.
"""

from __future__ import annotations

from typing import Any

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
    inner,
    moment_of,
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
    Outcome,
    Outgoing,
    Said,
    Sent,
    StatusTold,
    Unreadable,
    Writer,
)
from bandhu.channels.kept_words import kept

_STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed"}
_FILES = ("image", "document", "audio", "video", "sticker", "voice")
_KINDS = {"image/jpeg": "image", "image/png": "image", "video/mp4": "video", "audio/mpeg": "audio", "audio/ogg": "audio", "audio/mp4": "audio"}  # fmt: skip


class WhatsApp(GraphAdapter):
    kind, channel, icon = "whatsapp", "whatsapp", "message-circle"
    label = _("WhatsApp (Cloud API)")
    can = Capabilities(files=True, receipts=True, max_length=4_096, answer_within=WINDOW)
    fields = (
        ConnectionField("phone_number_id", _("Phone number ID"), _("WhatsApp, API setup, under the number.")),
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
            raise Unreadable("no notice of WhatsApp")
        happened: list[Happening] = []
        for entry in objects(found.get("entry")):
            for change in objects(entry.get("changes")):
                value = inner(change, "value")
                if as_text(inner(value, "metadata").get("phone_number_id")) in (
                    "",
                    connection["phone_number_id"],
                ):
                    happened += self._of_value(value)
        return happened

    def _of_value(self, value: dict[str, Any]) -> list[Happening]:
        names = {
            as_text(one.get("wa_id")): as_text(inner(one, "profile").get("name"), 200)
            for one in objects(value.get("contacts"))
        }
        said: list[Happening] = [
            _said(one, names) for one in objects(value.get("messages")) if one.get("type") != "reaction"
        ]
        told = [one for one in objects(value.get("statuses")) if one.get("status") in _STATES]
        return said + [
            StatusTold(as_text(one.get("id")), _STATES[one["status"]], _trouble(one)) for one in told
        ]

    def fetch(self, connection: Connection, file: FileCome) -> bytes:
        """A file is named by a number; where its bytes lie is asked first."""
        if not file.reference.isalnum():
            raise Unreadable("no number of a file")
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
            return self._sent(connection, first | _template(template))
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

    def _sent(self, connection: Connection, body: dict[str, Any]) -> Outcome:
        answer = self.post(connection, f"{connection['phone_number_id']}/messages", body)
        if isinstance(answer, Outcome):
            return answer
        [first] = objects(answer.found.get("messages"))[:1] or [{}]
        return Outcome(Sent.SENT, as_text(first.get("id"), 250))

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
    number, kind = as_text(one.get("from"), 40), as_text(one.get("type"), 40)
    external_id = as_text(one.get("id"), 250)
    if not number.isdigit() or not external_id:
        raise Unreadable("a message without a number or an id")
    file = inner(one, kind) if kind in _FILES else {}
    files = (FileCome(as_text(file.get("filename"), 200) or kind, as_text(file.get("id")), media_type=as_text(file.get("mime_type"))),) if file else ()  # fmt: skip
    phone = f"+{number}"
    return Said(
        external_id, Writer(key=phone, name=names.get(number, ""), address=phone, phone=phone), _words(one, kind),
        at=moment_of(one.get("timestamp")), reply_to=as_text(inner(one, "context").get("id"), 250), files=files,
        details={"whatsapp_type": kind},
    )  # fmt: skip


def _words(one: dict[str, Any], kind: str) -> str:
    if kind == "text":
        return as_text(inner(one, "text").get("body"), 70_000)
    if kind in _FILES:
        return as_text(inner(one, kind).get("caption")) or as_text(inner(one, kind).get("filename")) or kind
    if kind == "button":
        return as_text(inner(one, "button").get("text"))
    if kind == "interactive":
        answer = inner(one, "interactive")
        return as_text((inner(answer, "button_reply") or inner(answer, "list_reply")).get("title"))
    if kind == "location":
        place = inner(one, "location")
        return f"{as_text(place.get('name'))} {place.get('latitude')}, {place.get('longitude')}".strip()
    return graph.pretty(one.get(kind) or {"type": kind})


def _trouble(status: dict[str, Any]) -> str:
    [error] = objects(status.get("errors"))[:1] or [{}]
    return f"({error.get('code')}) {error.get('title', '')}" if error else ""


def _template(template: dict[str, Any]) -> dict[str, Any]:
    values = [{"type": "text", "text": str(one)} for one in template.get("values") or ()]
    parts = [{"type": "body", "parameters": values}] if values else []
    facts = {
        "name": template.get("name"),
        "language": {"code": template.get("language")},
        "components": parts,
    }
    return {"type": "template", "template": facts}
