"""Choosing a template the channel's service approved, filling it in, and sending it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.channels import queries as channels
from bandhu.identity.scoping import require
from bandhu.inbox import actions, queries
from bandhu.inbox.merging import language_of
from bandhu.inbox.views.changes import talk_crumbs
from bandhu.inbox.views.writing import told_as_sent
from bandhu.ui.pages import close_dialog, is_fragment_request, left_dialog, render_part

ANSWER = "interactions.answer_conversation"
# What stands in the name of a box before the name of its place.
_BOX = "value_"


@require_safe
def templates(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The dialog: those that may be sent, in the customer's language first."""
    conversation = queries.conversation_shown(request.user, pk)
    require(request.user, ANSWER, conversation)
    language = language_of(conversation)
    offered = channels.sendable_templates(conversation.place, language)
    context = {"conversation": conversation, "templates": offered, "language": language}
    crumbs = talk_crumbs(conversation)
    return render_part(request, "inbox/templates.html", context, title=_("Choose a template"), crumbs=crumbs)


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, pk: UUID, template_id: UUID) -> HttpResponse:
    """A box for each of its places, and what the customer will read (`?preview=1`: that alone). POST sends it."""
    conversation = queries.conversation_shown(request.user, pk)
    require(request.user, ANSWER, conversation)
    chosen = channels.template_of(conversation.place, template_id)
    sent = request.POST if request.method == "POST" else request.GET
    values = values_typed(chosen, sent)
    problems: list[str] = []
    customer = conversation.contact or conversation.company
    offered = files_offered(request, chosen, conversation, customer)
    if request.method == "POST":
        try:
            message = actions.send_template(
                conversation,
                actor=request.user,
                template=chosen,
                values=values,
                **files_given(request, offered),
            )
        except ValidationError as problem:
            problems = problem.messages
        else:
            response = close_dialog(told_as_sent(request, conversation, message))
            return left_dialog(request, response, reverse("inbox:conversation", args=[pk]))
    context: dict[str, Any] = {
        "conversation": conversation,
        "template": chosen,
        "boxes": boxes_of(chosen, values),
        "preview": channels.shown_template(chosen, values),
        "problems": problems,
        "files": offered,
    }
    is_preview = "preview" in request.GET and is_fragment_request(request)
    fragment = "#preview" if request.method == "GET" and is_preview else ""
    return render_part(
        request, f"inbox/template.html{fragment}", context, title=chosen.name,
        crumbs=talk_crumbs(conversation), status=422 if problems else 200,
    )  # fmt: skip


def values_typed(template: Any, sent: Mapping[str, str]) -> dict[str, str]:
    """What was typed for each of its places."""
    return {place: sent.get(_BOX + place, "").replace("\x00", "")[:2_000] for place in template.places}


def boxes_of(template: Any, values: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """A box for each of its places: its name, its words, what stands in it."""
    return [(_BOX + place, channels.place_words(template, place), values[place]) for place in template.places]


def files_offered(request: HttpRequest, template: Any, conversation: Any, customer: Any) -> list[Any]:
    """Files that may stand above its words; none where none is wanted."""
    kind = template.header_kind if template is not None else ""
    return queries.files_to_send(request.user, conversation, customer, kind) if kind else []


def files_given(request: HttpRequest, offered: list[Any]) -> dict[str, Any]:
    """What was chosen or uploaded to stand above the words, as `send_template` takes it; what was uploaded counts."""
    uploads = [(one.name or "", one.chunks()) for one in request.FILES.getlist("upload")[:1]]
    chosen = next((one for one in offered if str(one.pk) == request.POST.get("file")), None)
    return {"uploads": uploads} if uploads else {"file": chosen}
