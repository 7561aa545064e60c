"""Templates of WhatsApp as `GET /{business account}/message_templates` of the Cloud API tells of them, and as they are sent.

https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates, and /docs/whatsapp/cloud-api/guides/send-message-templates.
Filled in are words of header and body, a file above them, the end of a button's address, a code to copy. What else a template may have
(cards side by side, a form of several pages, a list of products, a place on the map) is told of with why it is not sent.
"""

from __future__ import annotations

from typing import Any

from bandhu.channels.adapters.port import Judged, Unreadable, places_in
from bandhu.channels.adapters.shapes import key, parts, words
from bandhu.channels.kept_words import kept

FIELDS = "name,language,status,category,components"
HEADER, BUTTON = "header.", "button."
_STATES = {
    "APPROVED": "approved", "REJECTED": "rejected", "PAUSED": "paused", "DISABLED": "paused", "LIMIT_EXCEEDED": "paused",
    "ARCHIVED": "paused", "DELETED": "gone", "PENDING_DELETION": "gone",
}  # fmt: skip
# Buttons that are sent as they were approved.
_PLAIN_BUTTONS = ("QUICK_REPLY", "PHONE_NUMBER")
_FILES = {"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document"}
_KNOWN = ("BODY", "HEADER", "FOOTER", "BUTTONS")
_WHY_NOT = {
    "CAROUSEL": "carousel", "LIMITED_TIME_OFFER": "offer", "FLOW": "flow", "CATALOG": "products", "MPM": "products",
    "SPM": "products", "PRODUCT": "products", "LOCATION": "place",
}  # fmt: skip


def judged(found: dict[str, Any]) -> Judged:
    """One template. Raises Unreadable where it is none."""
    name, language = key(found, "name", 512), words(found, "language", 20)
    if not name or not language:
        raise Unreadable(kept("part_missing", "data: name, language"))
    components = {words(one, "type", 40).upper(): one for one in parts(found, "components")}
    texts = {kind: words(components.get(kind, {}), "text", 5_000) for kind in ("BODY", "HEADER", "FOOTER")}
    category = words(found, "category", 30)
    above = words(components.get("HEADER", {}), "format", 20).upper()
    buttons, unsent = _buttons(components.get("BUTTONS", {}), category)
    unknown = [*(kind for kind in components if kind not in _KNOWN), *unsent]
    if above not in ("", "TEXT", *_FILES):
        unknown.append(above)
    why_not = "words" if not texts["BODY"] else _WHY_NOT.get(unknown[0], "part") if unknown else ""
    return Judged(
        name=name,
        language=language,
        # A state that is new to us is none in which it may be sent.
        state=_STATES.get(words(found, "status", 40).upper(), "pending"),
        category=category,
        header=texts["HEADER"][:200],
        body=texts["BODY"],
        footer=texts["FOOTER"][:200],
        places=(
            *places_in(texts["BODY"]),
            *(HEADER + one for one in places_in(texts["HEADER"][:200])),
            *(f"{BUTTON}{one['index']}" for one in buttons if one["kind"] != "otp"),
        ),
        header_kind=_FILES.get(above, ""),
        buttons=buttons,
        why_not=why_not,
    )


def _buttons(component: dict[str, Any], category: str) -> tuple[tuple[dict[str, Any], ...], list[str]]:
    """Those that are filled in; and the kinds of those that are not sent from here."""
    filled, unsent = [], []
    for index, one in enumerate(parts(component, "buttons")):
        kind, url = words(one, "type", 40).upper(), words(one, "url", 2_000)
        known = {"index": index, "text": words(one, "text", 60), "url": url}
        # The button of a code is told of as one with an address of Meta's, or as what it is.
        if kind == "OTP" or (kind == "URL" and category.upper() == "AUTHENTICATION"):
            filled.append(known | {"kind": "otp", "url": ""})
        elif kind == "COPY_CODE":
            filled.append(known | {"kind": "copy_code"})
        elif kind == "URL":
            filled += [known | {"kind": "url"}] if "{{" in url else []
        elif kind not in _PLAIN_BUTTONS:
            unsent.append(kind)
    return tuple(filled), unsent


def to_send(template: dict[str, Any], file: dict[str, Any] | None = None) -> dict[str, Any]:
    """What `POST /messages` takes for {"name", "language", "values": […], "places": […], "buttons": […]}, with the `file` that stands above its
    words as Meta takes it ({"id", "filename"}); places that have names go by them."""
    places = [str(one) for one in template.get("places") or ()]
    values = [str(one) for one in template.get("values") or ()]
    if len(places) != len(values):  # of a message kept before places were
        places = [str(at) for at in range(1, len(values) + 1)]
    given = list(zip(places, values, strict=True))
    above = [(one.removeprefix(HEADER), value) for one, value in given if one.startswith(HEADER)]
    within = [(one, value) for one, value in given if "." not in one]
    components: list[dict[str, Any]] = []
    kind = template.get("header_kind")
    if kind and file is not None:
        components.append({"type": "header", "parameters": [{"type": kind, kind: file}]})
    elif above:
        components.append({"type": "header", "parameters": _texts(above)})
    if within:
        components.append({"type": "body", "parameters": _texts(within)})
    components += [_button(one, dict(given), within) for one in template.get("buttons") or ()]
    facts = {
        "name": template.get("name"),
        "language": {"code": template.get("language")},
        "components": components,
    }
    return {"type": "template", "template": facts}


def _texts(given: list[tuple[str, str]]) -> list[dict[str, str]]:
    named = not all(place.isdecimal() for place, _value in given)
    return [
        {"type": "text", "text": value} | ({"parameter_name": place} if named else {})
        for place, value in given
    ]


def _button(one: dict[str, Any], given: dict[str, str], within: list[tuple[str, str]]) -> dict[str, Any]:
    """A button with what is filled in; that of a code repeats the code of the body."""
    kind, index = one.get("kind"), one.get("index")
    value = within[0][1] if kind == "otp" and within else given.get(f"{BUTTON}{index}", "")
    if kind == "copy_code":
        parameter = {"type": "coupon_code", "coupon_code": value}
        return {"type": "button", "sub_type": "copy_code", "index": index, "parameters": [parameter]}
    return {
        "type": "button",
        "sub_type": "url",
        "index": str(index),
        "parameters": [{"type": "text", "text": value}],
    }
