"""The chat's script, its preview in the settings, and the page on which a chat goes on by a mailed link."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.channels import actions, queries
from bandhu.channels.chat_tokens import visitor_token
from bandhu.identity.results import OutOfReach
from bandhu.ui.assets import asset_file


@require_safe
def script(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The one script for foreign pages; the same for every channel, which it knows by its own address."""
    queries.open_channel(pk, "chat")
    body, encoding = _script(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    if encoding:
        response["Content-Encoding"] = encoding
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Cache-Control"] = "public, max-age=600"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A page of ours with the chat on it, as it stands on a website."""
    channel = queries.channel_for(request.user, pk)
    if channel.kind != "chat":
        raise Http404
    language = request.GET.get("lang", translation.get_language() or "en")
    context = {"record": channel, "script": reverse("channels:chat_script", args=[pk]), "language": language}
    return render(request, "channels/chat/preview.html", context)


# The signed link is the proof, and no cookie is set on a visitor.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def continued(request: HttpRequest, pk: UUID, token: str) -> HttpResponse:
    """By GET it asks to go on (a program that follows links proves nothing); by POST the chat is there."""
    channel = queries.open_channel(pk, "chat")
    try:
        chat = queries.chat_of_link(channel, token)
    except OutOfReach:
        return _answer(request, channel, {"is_old": True}, "", 404)
    context: dict[str, Any] = {"is_old": False}
    if request.method == "POST":
        proven = actions.prove_mail(chat, channel)
        context |= {"token": visitor_token(pk, chat.pk, proven.details.get("turn", 0))}
    return _answer(request, channel, context, chat.language)


def _answer(
    request: HttpRequest, channel: Any, context: dict[str, Any], language: str, status: int = 200
) -> HttpResponse:
    title = channel.settings.get("title") or channel.name
    with translation.override(language or channel.language or translation.get_language() or "en"):
        context |= {"title": title, "script": reverse("channels:chat_script", args=[channel.pk])}
        context |= {"language": translation.get_language()}
        response = render(request, "channels/chat/continued.html", context, status=status)
    add_never_cache_headers(response)
    return response


def _script(accepted: str) -> tuple[bytes, str]:
    """The built script, as the browser takes it."""
    file = asset_file("chat.js")
    for encoding, ending in (("br", ".br"), ("gzip", ".gz")):
        packed = Path(f"{file}{ending}")
        if encoding in accepted and packed.exists():
            return packed.read_bytes(), encoding
    return file.read_bytes(), ""
