"""What the chat's script asks, from pages of other websites: small JSON by POST as text/plain, which needs no question before it.

No cookie is read and none is set: the visitor's token in the body is all that counts. Whatever is not exactly right is 404.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.channels import actions, queries
from bandhu.channels.availability import is_answered_now
from bandhu.channels.chat_origins import may_stand_on
from bandhu.channels.chat_texts import texts
from bandhu.channels.chat_tokens import read_identity, visitor_token
from bandhu.channels.connections import connection_of
from bandhu.channels.queries.chats import Shown
from bandhu.identity.results import OutOfReach
from bandhu.platform.file_answers import file_answer
from bandhu.platform.middleware import client_address
from bandhu.platform.rate_limits import allow
from bandhu.ui.formats import text_direction

MOST_BYTES = 32_000
_SHORTEST_CLIENT, _LONGEST_CLIENT = 8, 64


class _Refused(Exception):
    def __init__(self, status: int, seconds: int = 0) -> None:
        super().__init__(status)
        self.status, self.seconds = status, seconds


def for_visitors(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """A question of the script: from a website the channel names, in the visitor's language, answered as JSON."""

    @functools.wraps(view)
    def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
        channel = queries.open_channel(pk, "chat")
        origin = request.headers.get("Origin", "")
        if not may_stand_on(channel, origin, f"{request.scheme}://{request.get_host()}"):
            return HttpResponse(status=403)
        try:
            given = _given(request)
            language = str(given.get("lang") or "")[:2]
            with translation.override(
                language if language in settings.LANGUAGES_COMPLETE else channel.language or "en"
            ):
                response: HttpResponse = JsonResponse(view(request, channel, given))
        except _Refused as refusal:
            response = HttpResponse(status=refusal.status)
            if refusal.seconds:
                response["Retry-After"] = str(refusal.seconds)
        except OutOfReach:
            # With the header below: a script of another origin is told of no status without it.
            response = HttpResponse(status=404)
        except ValidationError as problem:
            errors = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
            response = JsonResponse({"errors": errors}, status=422)
        response["Access-Control-Allow-Origin"] = origin
        patch_vary_headers(response, ["Origin"])
        add_never_cache_headers(response)
        return response

    return csrf_exempt(require_http_methods(["POST"])(answer))


@for_visitors
def hello(request: HttpRequest, channel: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What the script needs to show itself: words, colour, what is asked, whether somebody answers now."""
    _slow_down(f"chat-hello:{client_address(request)}", 1, 60)
    language = translation.get_language() or "en"
    held = channel.settings
    words = texts()
    return {
        "texts": words | ({"welcome": held["welcome"]} if held.get("welcome") else {}),
        "lang": language,
        "dir": text_direction(language),
        "title": held.get("title") or channel.name,
        "colour": held.get("colour") or "#1f5f8b",
        "side": held.get("side") or "end",
        "ask": {"name": held.get("ask_name", "optional"), "mail": held.get("ask_mail", "optional")},
        "open": is_answered_now(channel),
        "files": bool(held.get("takes_files", True)),
        "most": actions.MAX_CHAT_FILE,
    }


@for_visitors
def start(request: HttpRequest, channel: Any, given: dict[str, Any]) -> dict[str, Any]:
    """A new chat with its first words; the same `client` and `id` give the same chat and message again."""
    _slow_down(f"chat-start:{client_address(request)}", 1 / 20, 10)
    _slow_down(f"chat-starts:{channel.pk}", 5, 600)
    if channel.is_paused:
        raise _Refused(503, 60)
    client = given.get("client")
    if not isinstance(client, str) or not 22 <= len(client) <= _LONGEST_CLIENT:
        raise _Refused(400)
    chat = actions.start_chat(
        channel,
        client=client,
        name=_text(given, "name"),
        mail=_text(given, "mail"),
        language=translation.get_language() or "",
        page=_text(given, "page"),
        identity=read_identity(connection_of(channel)["identity_secret"], given.get("identity")),
        is_left=not is_answered_now(channel),
    )
    if given.get("text"):
        actions.say_in_chat(chat, client=_client(given), text=_text(given, "text"))
    return {"token": visitor_token(channel.pk, chat.pk), **_read(channel, chat, None)}


@for_visitors
def say(request: HttpRequest, channel: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Words of the visitor."""
    chat = queries.chat_of_token(channel, given.get("token"))
    _slow_down(f"chat-say:{chat.pk}", 1, 30)
    _slow_down(f"chat-says:{client_address(request)}", 10, 300)
    if channel.is_paused:
        raise _Refused(503, 60)
    message = actions.say_in_chat(chat, client=_client(given), text=_text(given, "text"))
    return {"id": str(message.pk), "at": message.at}


@for_visitors
def file(request: HttpRequest, channel: Any, given: dict[str, Any]) -> dict[str, Any]:
    """A file of the visitor."""
    chat = queries.chat_of_token(channel, given.get("token"))
    _slow_down(f"chat-file:{chat.pk}", 1 / 10, 10)
    sent = request.FILES.get("file")
    if sent is None or channel.is_paused or not channel.settings.get("takes_files", True):
        raise _Refused(400)
    message = actions.send_file_in_chat(
        chat, client=_client(given), name=sent.name or "file", content=sent.chunks(), size=sent.size or 0
    )
    return {"id": str(message.pk), "at": message.at}


@for_visitors
def read(request: HttpRequest, channel: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What was said after `after`, the id of the last message the script has."""
    return _read(channel, queries.chat_of_token(channel, given.get("token")), _id(given, "after"))


@for_visitors
def typing(request: HttpRequest, channel: Any, given: dict[str, Any]) -> dict[str, Any]:
    chat = queries.chat_of_token(channel, given.get("token"))
    if allow(f"chat-typing:{chat.pk}", 0.5, 5)[0]:
        actions.tell_visitor_types(chat)
    return {}


@for_visitors
def seen(request: HttpRequest, channel: Any, given: dict[str, Any]) -> dict[str, Any]:
    chat, until = queries.chat_of_token(channel, given.get("token")), _id(given, "until")
    if until is not None:
        actions.note_seen(channel, chat, until)
    return {}


@for_visitors
def end(request: HttpRequest, channel: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The visitor ends it; with `transcript` what was said goes to the mail address they gave."""
    chat = actions.take_chat_mail(queries.chat_of_token(channel, given.get("token")), _text(given, "mail"))
    actions.end_chat(channel, chat)
    wanted = given.get("transcript") is True
    return {"mailed": wanted and actions.mail_transcript(channel, chat)}


@for_visitors
def link(request: HttpRequest, channel: Any, given: dict[str, Any]) -> dict[str, Any]:
    """A link by which the chat goes on elsewhere, to the mail address the visitor gave, or gives with this."""
    chat = actions.take_chat_mail(queries.chat_of_token(channel, given.get("token")), _text(given, "mail"))
    return {"mailed": actions.mail_link(channel, chat)}


@require_safe
def stored(request: HttpRequest, pk: UUID, token: str) -> FileResponse:
    """A file of a chat by its signed address."""
    response = file_answer(queries.file_of_chat(queries.open_channel(pk, "chat"), token), inline=True)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _read(channel: Any, chat: Any, after: UUID | None) -> dict[str, Any]:
    shown = queries.shown_messages(channel, chat, after)
    return {
        "messages": [_shape(channel, one) for one in shown],
        "cursor": str(shown[-1].id) if shown else "",
        "over": not chat.is_open,
        "mail": bool(chat.person_address),
    }


def _shape(channel: Any, one: Shown) -> dict[str, Any]:
    files = [
        {"name": file["name"], "size": file["size"], "url": reverse("channels:chat_stored", args=[channel.pk, file["token"]])}
        for file in one.files
    ]  # fmt: skip
    return {
        "id": str(one.id), "mine": one.is_mine, "by": one.by, "text": one.text, "at": one.at, "client": one.client,
        "read": one.is_read, "files": files,
    }  # fmt: skip


def _given(request: HttpRequest) -> dict[str, Any]:
    """What was sent: JSON, or the fields beside a file."""
    if (request.content_type or "").startswith("multipart/"):
        if int(request.META.get("CONTENT_LENGTH") or 0) > actions.MAX_CHAT_FILE + MOST_BYTES:
            raise _Refused(413)
        return dict(request.POST.items())
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise _Refused(413)
    try:
        found = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise _Refused(400) from None
    if not isinstance(found, dict):
        raise _Refused(400)
    return found


def _slow_down(key: str, rate: float, burst: float) -> None:
    allowed, seconds = allow(key, rate, burst)
    if not allowed:
        raise _Refused(429, seconds)


def _client(given: dict[str, Any]) -> str:
    """The script's own number of a message."""
    client = given.get("id")
    if (
        not isinstance(client, str)
        or not _SHORTEST_CLIENT <= len(client) <= _LONGEST_CLIENT
        or not client.isalnum()
    ):
        raise _Refused(400)
    return client


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""


def _id(given: dict[str, Any], name: str) -> UUID | None:
    try:
        return UUID(_text(given, name))
    except ValueError:
        return None
