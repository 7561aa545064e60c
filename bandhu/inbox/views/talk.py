"""The page of a conversation and its parts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from bandhu.channels.folding import folded
from bandhu.channels.pictures import FRAME
from bandhu.channels.queries import mail_page
from bandhu.channels.sign_offs import Sender
from bandhu.customers.history_pages import history_page
from bandhu.inbox import queries
from bandhu.inbox.aids import MESSAGE_AID, REPLY_AID
from bandhu.inbox.channel_words import channel_named
from bandhu.inbox.merging import language_of
from bandhu.inbox.views.inbox import list_context, views_context
from bandhu.interactions.queries import conversation_for, conversations_of, message_for
from bandhu.platform.presence import forget_presence, note_presence, others_at
from bandhu.platform.registries import panels_for
from bandhu.platform.time_zones import zone_named
from bandhu.ui.pages import is_fragment_request, render_page

ANSWER, CHANGE = "interactions.answer_conversation", "interactions.change_conversation"
SHOWN_OF_CUSTOMER = 8


@require_safe
def conversation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The conversation on the desk: with the list beside it, for htmx alone."""
    context = talk_context(request, pk)
    queries.mark_mentions_seen(request.user, context["talk"].conversation)
    if is_fragment_request(request):
        return render_page(request, "inbox/talk.html", context)
    context |= list_context(request) | views_context(request)
    return render_page(request, "inbox/inbox.html", context)


@require_safe
def messages(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Messages of a conversation: `?before=` goes up, `?since=` is the stretch on the page with what came since."""
    before, since = _id(request, "before"), _id(request, "since")
    talk = queries.talk_for(request.user, pk, before=before, since=since)
    context = {"talk": talk, "conversation": talk.conversation, **_rights(request)}
    template = "inbox/messages.html#older" if before else "inbox/messages.html#stretch"
    return render(request, template, context)


@require_safe
def head(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What stands over the messages, anew."""
    found = queries.conversation_shown(request.user, pk)
    return render(request, "inbox/talk.html#head", _about(request, found))


@require_safe
def customer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who it is with, beside the messages."""
    found = queries.conversation_shown(request.user, pk)
    person = found.contact or found.company
    kind = "contact" if found.contact else "company"
    zone = zone_named(found.contact.time_zone) if found.contact and found.contact.time_zone else None
    context = {
        "conversation": found,
        "person": person,
        "kind": kind,
        # A time without its zone: the reader's digits, not the reader's hours.
        "their_clock": timezone.now().astimezone(zone).time() if zone else None,
        "earlier": [
            one for one in conversations_of(request.user, person, SHOWN_OF_CUSTOMER + 1) if one.pk != pk
        ]
        if person
        else [],
        "candidates": [] if person else queries.candidates_for(request.user, found, 3),
        "own_panels": panels_for(request.user, "conversation"),
        "panels": [
            panel
            for panel in panels_for(request.user, kind)
            if panel.name not in ("timeline", "conversations")
        ]
        if person
        else [],
        **_rights(request),
    }
    return render(request, "inbox/customer.html", context)


@require_safe
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    return history_page(request, "conversation", conversation_for(request.user, pk))


@require_safe
def message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Leads to its conversation."""
    found = message_for(request.user, pk)
    address = reverse("inbox:conversation", args=[found.conversation_id])
    return redirect(f"{address}#message-{pk}")


@require_safe
def body(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The HTML of a message as a document of its own, for a frame in which nothing runs."""
    found = message_for(request.user, pk)
    mail_id = found.details.get("mail_id")
    parts = (mail_page(request.user, mail_id) if mail_id else None) or folded(
        html=found.html, sender=Sender(found.author_name)
    )
    # Both are cleaned by `folded`.
    context = {"visible": mark_safe(parts.visible), "hidden": mark_safe(parts.hidden), "message": found}  # noqa: S308
    response = render(request, "inbox/body.html", context)
    response["Content-Security-Policy"] = FRAME
    response["X-Frame-Options"] = "SAMEORIGIN"
    # A mail's changes with the reader's word on its pictures.
    response["Cache-Control"] = "private, no-store" if mail_id else "private, max-age=3600"
    # django-csp leaves a header alone that stands already.
    return response


@require_POST
def presence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who else reads this or writes an answer; `state` is "viewing", "editing" or "left"."""
    conversation_for(request.user, pk)
    state = request.POST.get("state")
    if state == "left":
        forget_presence(pk, request.user)
        return HttpResponse(status=204)
    note_presence(pk, request.user, editing=state == "editing")
    return render(request, "inbox/presence.html", {"others": others_at(pk, request.user)})


def talk_context(request: HttpRequest, pk: UUID) -> dict[str, Any]:
    """What the template of a conversation needs."""
    talk = queries.talk_for(request.user, pk)
    found = talk.conversation
    kept = request.GET.copy()
    for word in ("after", "part"):
        kept.pop(word, None)
    return {
        "talk": talk,
        "drafts": queries.draft_for(request.user, found),
        "preference": queries.preference_of(request.user),
        "kept": kept.urlencode(),
        **_about(request, found),
    }


def _about(request: HttpRequest, found: Any) -> dict[str, Any]:
    return {
        "conversation": found,
        "channel": channel_named(found.channel),
        "said_in": language_of(found),
        **_rights(request),
    }


def _rights(request: HttpRequest) -> dict[str, Any]:
    user = request.user
    return {
        "may_answer": user.holds(ANSWER),  # type: ignore[union-attr]
        "may_change": user.holds(CHANGE),  # type: ignore[union-attr]
        "may_see_articles": user.holds("knowledge.view_article"),  # type: ignore[union-attr]
        "message_aids": panels_for(user, MESSAGE_AID),
        "reply_aids": panels_for(user, REPLY_AID),
        "may_write_articles": user.holds("knowledge.write_article"),  # type: ignore[union-attr]
    }


def _id(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
