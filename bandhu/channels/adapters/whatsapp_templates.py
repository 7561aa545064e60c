"""Templates of WhatsApp as `GET /{business account}/message_templates` of the Cloud API tells of them, and as they are sent.

https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates. Only words in the body are filled in here; a
template with more (a picture above its words, a part of a button, a code) is told of and not sent.
"""

from __future__ import annotations

from typing import Any

from bandhu.channels.adapters.port import Judged, Unreadable, places_in
from bandhu.channels.adapters.shapes import key, parts, words
from bandhu.channels.kept_words import kept

FIELDS = "name,language,status,category,components"
_STATES = {
    "APPROVED": "approved", "REJECTED": "rejected", "PAUSED": "paused", "DISABLED": "paused", "LIMIT_EXCEEDED": "paused",
    "ARCHIVED": "paused", "DELETED": "gone", "PENDING_DELETION": "gone",
}  # fmt: skip
# Buttons that are sent as they were approved, when their address has no place to fill in.
_PLAIN_BUTTONS = ("QUICK_REPLY", "URL", "PHONE_NUMBER")
_WORDS = ("BODY", "HEADER", "FOOTER", "BUTTONS")


def judged(found: dict[str, Any]) -> Judged:
    """One template. Raises Unreadable where it is none."""
    name, language = key(found, "name", 512), words(found, "language", 20)
    if not name or not language:
        raise Unreadable(kept("part_missing", "data: name, language"))
    components = {words(one, "type", 40).upper(): one for one in parts(found, "components")}
    texts = {kind: words(components.get(kind, {}), "text", 5_000) for kind in ("BODY", "HEADER", "FOOTER")}
    return Judged(
        name=name,
        language=language,
        # A state that is new to us is none in which it may be sent.
        state=_STATES.get(words(found, "status", 40).upper(), "pending"),
        category=words(found, "category", 30),
        header=texts["HEADER"][:200],
        body=texts["BODY"],
        footer=texts["FOOTER"][:200],
        places=places_in(texts["BODY"]),
        wants_more=not texts["BODY"] or any(_wants_more(kind, one) for kind, one in components.items()),
    )


def _wants_more(kind: str, component: dict[str, Any]) -> bool:
    if kind == "HEADER":
        is_text = words(component, "format", 20).upper() in ("", "TEXT")
        return not is_text or bool(places_in(words(component, "text")))
    if kind == "BUTTONS":
        buttons = parts(component, "buttons")
        return any(
            words(one, "type", 40).upper() not in _PLAIN_BUTTONS or "{{" in words(one, "url")
            for one in buttons
        )
    return kind not in _WORDS


def to_send(template: dict[str, Any]) -> dict[str, Any]:
    """What `POST /messages` takes for {"name", "language", "values": […]}; with "places" that have names, each value goes by its own."""
    values = [str(one) for one in template.get("values") or ()]
    places = [str(one) for one in template.get("places") or ()]
    named = len(places) == len(values) and not all(one.isdecimal() for one in places)
    parameters = [
        {"type": "text", "text": value} | ({"parameter_name": places[at]} if named else {})
        for at, value in enumerate(values)
    ]
    facts = {
        "name": template.get("name"),
        "language": {"code": template.get("language")},
        "components": [{"type": "body", "parameters": parameters}] if parameters else [],
    }
    return {"type": "template", "template": facts}
