"""What the double of Meta thinks of a template that is sent: its parameters against the template as it was approved.

https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates: `components` of type header, body and button; a button
names its `sub_type` and `index`. The numbers are Meta's: 132000 too many or few, 132001 unknown, 132012 of another form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_FILES = {"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document"}


def problem_of(
    sent: dict[str, Any], known: Sequence[dict[str, Any]], media: Iterable[str]
) -> dict[str, Any] | None:
    """Meta's error, or None where everything fits. `media` are the numbers of files that were handed over."""
    template = sent.get("template") or {}
    named = (template.get("name"), (template.get("language") or {}).get("code"))
    approved = next((one for one in known if (one["name"], one["language"]) == named), None)
    if approved is None or approved["status"] != "APPROVED":
        return _error(132001, "Template does not exist in the translation")
    wanted = {one["type"]: one for one in approved["components"]}
    given: dict[str, list[dict[str, Any]]] = {"header": [], "body": [], "button": []}
    for one in template.get("components") or ():
        if one.get("type") not in given or not isinstance(one.get("parameters"), list):
            return _error(132012, "Parameter format does not match")
        given[one["type"]].append(one)
    return (
        _header(wanted.get("HEADER") or {}, given["header"], set(media))
        or _texts(wanted["BODY"].get("text", ""), given["body"])
        or _buttons((wanted.get("BUTTONS") or {}).get("buttons") or [], given)
    )


def _header(wanted: dict[str, Any], given: list[dict[str, Any]], media: set[str]) -> dict[str, Any] | None:
    kind = _FILES.get(wanted.get("format", ""))
    if kind is None:
        return _texts(wanted.get("text", ""), given)
    if len(given) != 1 or len(given[0]["parameters"]) != 1:
        return _error(132012, f"header: Format mismatch, expected {kind.upper()}")
    [one] = given[0]["parameters"]
    file = one.get(kind) if one.get("type") == kind else None
    allowed = {"id", "filename"} if kind == "document" else {"id"}
    if not isinstance(file, dict) or file.get("id") not in media or not file.keys() <= allowed:
        return _error(132012, f"header: Format mismatch, expected {kind.upper()}")
    return None


def _texts(text: str, given: list[dict[str, Any]]) -> dict[str, Any] | None:
    places = list(dict.fromkeys(_PLACE.findall(text)))
    sent = [one for each in given for one in each["parameters"]]
    if len(sent) != len(places) or len(given) > 1 or (given and not places):
        return _error(132000, "Number of parameters does not match the expected number of params")
    if any(one.get("type") != "text" or not str(one.get("text") or "").strip() for one in sent):
        return _error(132012, "Parameter format does not match")
    if not all(one.isdecimal() for one in places) and {one.get("parameter_name") for one in sent} != set(
        places
    ):
        return _error(132012, "Parameter name is missing or wrong")
    return None


def _buttons(wanted: list[dict[str, Any]], given: dict[str, list[dict[str, Any]]]) -> dict[str, Any] | None:
    sent = {str(one.get("index")): one for one in given["button"]}
    needed = {str(at): one for at, one in enumerate(wanted) if _wants_value(one)}
    if sent.keys() != needed.keys() or len(sent) != len(given["button"]):
        return _error(132000, "buttons: Number of parameters does not match")
    for at, one in needed.items():
        is_coupon = one["type"] == "COPY_CODE"
        sub_type, kind, name = (
            ("copy_code", "coupon_code", "coupon_code") if is_coupon else ("url", "text", "text")
        )
        parameters = sent[at]["parameters"]
        if sent[at].get("sub_type") != sub_type or len(parameters) != 1 or parameters[0].get("type") != kind:
            return _error(132012, f"button at index {at}: Parameter format does not match")
        value = parameters[0].get(name) or ""
        if not value or (is_coupon and len(value) > 15):
            return _error(132012, f"button at index {at}: Parameter format does not match")
        if _is_code(one) and [each["text"] for each in given["body"][0]["parameters"]][:1] != [value]:
            return _error(132012, f"button at index {at}: the code is not that of the body")
    return None


def _is_code(button: dict[str, Any]) -> bool:
    return button["type"] == "OTP" or "otp_type=" in button.get("url", "")


def _wants_value(button: dict[str, Any]) -> bool:
    return button["type"] in ("OTP", "COPY_CODE") or (
        button["type"] == "URL" and "{{" in button.get("url", "")
    )


def _error(code: int, words: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": f"(#{code}) {words}", "error_data": {"details": words}}}
