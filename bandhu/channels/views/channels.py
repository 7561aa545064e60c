"""Channels other than mail on a screen: set up, tried, paused; what came and could not be read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.channels import actions, queries
from bandhu.channels.adapters import ADAPTERS
from bandhu.channels.channel_forms import ChannelForm, TestMessageForm
from bandhu.channels.connections import adapter_of, notice_address
from bandhu.channels.kept_words import in_readers_language
from bandhu.channels.notice_texts import shown_body, shown_headers
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.public_url import absolute
from bandhu.ui.pages import render_page, see_other

MANAGE = "channels.manage_channels"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    rows = [{"record": one, "adapter": adapter_of(one)} for one in queries.channels(request.user)]
    context = {"rows": rows, "kinds": queries.adapters()}
    return render(request, "channels/channels/list.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    if kind not in ADAPTERS:
        raise Http404
    form = ChannelForm(request.POST if request.method == "POST" else None, adapter=ADAPTERS[kind])
    if request.method == "POST":
        try:
            made = actions.create_channel(actor=request.user, kind=kind, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved. Follow the steps at the service now."))
            return see_other(request, reverse("channels:channel", args=[made.pk]))
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    channel = queries.channel_for(request.user, pk)
    sent = request.POST if request.method == "POST" else None
    form = ChannelForm(sent, adapter=adapter_of(channel), record=channel)
    if request.method == "POST":
        try:
            actions.change_channel(channel, actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("channels:channel", args=[pk]))
    return _page(request, form, channel)


@require_POST
def pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    channel = queries.channel_for(request.user, pk)
    is_paused = request.POST.get("paused") == "1"
    actions.pause_channel(channel, actor=request.user, is_paused=is_paused)
    messages.success(request, _("Paused. What comes in waits.") if is_paused else _("It goes on."))
    return see_other(request, reverse("channels:channel", args=[pk]))


@require_POST
def removal(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.remove_channel(queries.channel_for(request.user, pk), actor=request.user)
    messages.success(request, _("The channel is removed. Its conversations stay."))
    return see_other(request, reverse("channels:channels"))


@require_POST
def trial(request: HttpRequest, pk: UUID) -> HttpResponse:
    channel = queries.channel_for(request.user, pk)
    form = TestMessageForm(request.POST)
    outcome = None
    try:
        outcome = actions.send_trial(channel, actor=request.user, to=form["to"].value() or "")
    except ValidationError as problem:
        form.take_errors(problem)
    context = {"record": channel, "trial": form, "outcome": outcome}
    return render_page(
        request, "channels/channels/trial.html", context, fragment="trial", status=422 if form.errors else 200
    )


@require_POST
def templates(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Fetch what the service approved."""
    channel = queries.channel_for(request.user, pk)
    try:
        fetched = actions.fetch_templates(channel, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        if fetched.templates_problem:
            messages.error(request, in_readers_language(fetched.templates_problem))
        else:
            messages.success(request, _("The templates are here as the service has them now."))
    return see_other(request, reverse("channels:channel", args=[pk]) + "#templates")


@require_safe
def notices(request: HttpRequest, pk: UUID) -> HttpResponse:
    channel = queries.channel_for(request.user, pk)
    state = request.GET.get("state", "failed")
    cursor = request.GET.get("after") or request.GET.get("before")
    page = queries.notices_of(request.user, channel, state=state, cursor=cursor)
    context = {"record": channel, "page": page, "state": state}
    return render_page(request, "channels/channels/notices.html", context, fragment="rows")


@require_safe
def notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.notice_for(request.user, pk)
    context = {
        "record": found,
        "body": shown_body(bytes(found.body)),
        "headers": shown_headers(found.headers),
    }
    return render(request, "channels/channels/notice.html", context)


@require_POST
def replay(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.notice_for(request.user, pk)
    try:
        actions.replay_notice(found, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("It is read again now."))
    return see_other(request, reverse("channels:channel_kept", args=[found.channel_id]))


@require_POST
def discarding(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw one notice away that nobody can read."""
    found = queries.notice_for(request.user, pk)
    try:
        actions.discard_notice(found, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("Discarded. The audit trail says so."))
    return see_other(request, reverse("channels:channel_kept", args=[found.channel_id]))


def _page(request: HttpRequest, form: ChannelForm, channel: Any) -> HttpResponse:
    adapter = form.adapter
    address = notice_address(channel) if channel and adapter.has_notices else ""
    context = {
        "form": form,
        "record": channel,
        "adapter": adapter,
        "notice_address": address,
        "steps": [str(step) % {"url": address or "…"} for step in adapter.steps],
        "trial": TestMessageForm(),
        "snippet": _snippet(channel) if channel else "",
        "preview": _preview(channel) if channel else "",
        "templates": queries.templates_of(request.user, channel)
        if channel and adapter.can.has_templates
        else [],
    }
    return render(request, "channels/channels/detail.html", context, status=422 if form.errors else 200)


def _snippet(channel: Any) -> str:
    """The line for other pages, of a channel that stands on them."""
    name = {"chat": "channels:chat_script", "form": "channels:request_script"}.get(channel.kind)
    return f'<script src="{absolute(reverse(name, args=[channel.pk]))}" async></script>' if name else ""


def _preview(channel: Any) -> str:
    """Where strangers see it."""
    name = {"chat": "channels:chat_preview", "form": "channels:request_form"}.get(channel.kind)
    return reverse(name, args=[channel.pk]) if name else ""
