"""Writing in a conversation: drafts, replies, notes, taking back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bandhu.channels.actions import tell_agent_types
from bandhu.channels.queries import weight_of_place
from bandhu.identity.scoping import require
from bandhu.inbox import actions, queries
from bandhu.inbox.actions.sending import undo_seconds
from bandhu.inbox.forms import ReplyForm
from bandhu.inbox.views.changes import asked_about
from bandhu.interactions import actions as interactions
from bandhu.interactions.queries import conversation_for, message_for, snooze_choices
from bandhu.platform.conflicts import EditConflict
from bandhu.ui import formats
from bandhu.ui.pages import with_event, with_toast

ANSWER = "interactions.answer_conversation"
CHANGED, WRITTEN = "talk-changed", "talk-written"


@require_POST
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what is typed; answers its version. 409 with the other text where another page has saved since."""
    conversation = conversation_for(request.user, pk)
    given = request.POST
    kind = "note" if given.get("kind") == "note" else "reply"
    text, html = given.get("text", ""), given.get("html", "")
    if not (text.strip() or html.strip()):
        actions.discard_draft(conversation, actor=request.user, kind=kind)
        return JsonResponse({"version": 0})
    try:
        kept = actions.save_draft(
            conversation, actor=request.user, kind=kind, text=text, html=html, to=given.get("to", ""),
            cc=given.get("cc", ""), version=_number(given.get("version")),
        )  # fmt: skip
        if kind == "reply" and conversation.channel == "chat":
            tell_agent_types(conversation, actor=request.user)
    except EditConflict as conflict:
        theirs = {"theirs": conflict.theirs["text"], "theirs_html": conflict.theirs["html"]}
        return JsonResponse({"version": conflict.version, **theirs}, status=409)
    return JsonResponse({"version": kept.version})


@require_POST
def reply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send an answer, after the seconds in which it can be taken back, or at the hour that was chosen."""
    conversation = conversation_for(request.user, pk)
    form = ReplyForm(request.POST)
    if form.is_valid():
        try:
            message = _send(request, conversation, form.cleaned_data)
        except actions.NewerMessages as newer:
            return _refused(request, conversation, form, newer=newer)
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            return _sent(request, conversation, message, form.cleaned_data)
    return _refused(request, conversation, form)


@require_POST
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A word among colleagues; "mentioned" are the ids of those who are named."""
    conversation = conversation_for(request.user, pk)
    try:
        actions.send_note(
            conversation,
            actor=request.user,
            text=request.POST.get("text", ""),
            html=request.POST.get("html", ""),
            mentioned=_named(request),
            uploads=_uploads(request),
        )
    except ValidationError as problem:
        context = {"problems": problem.messages, "conversation": conversation}
        return render(request, "inbox/refusal.html", context, status=422)
    response = with_event(
        with_event(HttpResponse(status=204), CHANGED), WRITTEN, {"kind": "note", "conversation": str(pk)}
    )
    return with_toast(response, _("Noted. Only colleagues see it."))


@require_POST
def taking_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Undo sending: the text is in the editor again."""
    message = message_for(request.user, pk)
    try:
        kept = actions.take_back(message, actor=request.user)
    except ValidationError as problem:
        response = with_event(HttpResponse(status=204), CHANGED)
        return with_toast(response, " ".join(problem.messages), tone="danger")
    facts = {
        "conversation": str(message.conversation_id), "text": kept.text, "html": kept.html, "version": kept.version,
    }  # fmt: skip
    response = with_event(with_event(HttpResponse(status=204), CHANGED), "talk-taken-back", facts)
    return with_toast(response, _("Taken back: it is a draft again."))


@require_POST
def repetition(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try once more to send what was not sent."""
    message = message_for(request.user, pk)
    try:
        interactions.send_again(message, actor=request.user)
    except ValidationError as problem:
        return with_toast(HttpResponse(status=204), " ".join(problem.messages), tone="danger")
    return with_toast(with_event(HttpResponse(status=204), CHANGED), _("It is tried again."))


@require_POST
def weight(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the text in the box comes to where parts are counted: how many, what still fits, what it costs."""
    conversation = conversation_for(request.user, pk)
    require(request.user, ANSWER, conversation)
    text = request.POST.get("text", "")[:20_000]
    counted = weight_of_place(conversation.place, text) if text.strip() else None
    return render(request, "inbox/_weight.html", {"weight": counted, "is_inside": True})


@require_safe
def times(request: HttpRequest, pk: UUID) -> HttpResponse:
    """When a reply can go instead of now, on the customer's clock, and until when to put off what was answered."""
    conversation = conversation_for(request.user, pk)
    zone, ways = queries.ways_to_schedule(conversation)
    place = f"-{pk}" if "apart" in request.GET else ""
    context = {"zone": zone, "ways": ways, "snooze": snooze_choices(), "place": place}
    return render(request, "inbox/times.html", context)


@require_safe
def offers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Canned replies while "/" is typed, filled in for this customer."""
    conversation = queries.conversation_shown(request.user, pk)
    text = request.GET.get("q", "").lstrip("/")[:40].replace("\x00", "")
    context = {
        "offered": queries.offered_replies(request.user, conversation, text),
        "conversation": conversation,
    }
    return render(request, "inbox/offers.html", context)


@require_safe
def colleagues(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Colleagues while "@" is typed in a note."""
    conversation_for(request.user, pk)
    text = request.GET.get("q", "").lstrip("@")[:60].replace("\x00", "")
    return render(request, "inbox/colleagues.html", {"people": queries.colleagues_named(request.user, text)})


def _send(request: HttpRequest, conversation: Any, data: dict[str, Any]) -> Any:
    then = data["then"]
    message = actions.send_reply(
        conversation,
        actor=request.user,
        text=data["text"],
        html=data["html"],
        seen=None if request.POST.get("anyway") else data["seen"],
        send_at=data["send_at"],
        to=data["to"],
        cc=data["cc"],
        uploads=_uploads(request),
        asks_receipt=data["asks_receipt"],
        details={"then": then} if then else {},
    )
    if then:
        step = {"kind": "close"} if then == "close" else {"kind": "snooze", "value": then}
        actions.run_steps([conversation_for(request.user, conversation.pk)], actor=request.user, steps=[step])
    for chosen in request.POST.getlist("canned"):
        try:
            actions.used_canned_reply(queries.canned_reply_for(request.user, UUID(chosen)))
        except ValueError:
            continue
    return message


def _sent(request: HttpRequest, conversation: Any, message: Any, data: dict[str, Any]) -> HttpResponse:
    # It is closed already: what is asked is asked of the rest, and closing the dialog leaves that as it is.
    asked = asked_about(request, "close", [conversation]) if data["then"] == "close" else None
    response = with_event(asked or HttpResponse(status=204), CHANGED)
    told = {"kind": "reply", "then": data["then"], "conversation": str(conversation.pk)}
    return _with_undo(request, with_event(response, WRITTEN, told), message, data["send_at"])


def told_as_sent(request: HttpRequest, conversation: Any, message: Any) -> HttpResponse:
    """What the page is told of an answer that was written in a dialog of its own: it shows it, and offers to take it back."""
    told = {"kind": "reply", "then": "", "conversation": str(conversation.pk)}
    response = with_event(with_event(HttpResponse(status=204), CHANGED), WRITTEN, told)
    return _with_undo(request, response, message, None)


def _with_undo(
    request: HttpRequest, response: HttpResponse, message: Any, send_at: datetime | None
) -> HttpResponse:
    seconds = undo_seconds(request.user, message.conversation)
    if send_at:
        words = _("It goes %(when)s.") % {"when": formats.when(send_at, formats.current_reader())}
    elif not seconds:
        return with_toast(response, _("On its way."))
    else:
        words = ngettext("It leaves in %(number)s second.", "It leaves in %(number)s seconds.", seconds) % {
            "number": formats.number(seconds, formats.current_reader())
        }
    undo = reverse("inbox:taking_back", args=[message.pk])
    return with_toast(response, words, action_label=_("Undo"), action_url=undo)


def _refused(request: HttpRequest, conversation: Any, form: ReplyForm, newer: Any = None) -> HttpResponse:
    problems = [text for texts in form.errors.values() for text in texts]
    messages = newer.messages if newer is not None else []
    context = {"problems": problems, "newer": messages, "conversation": conversation}
    return with_event(render(request, "inbox/refusal.html", context, status=422), CHANGED)


def _named(request: HttpRequest) -> list[Any]:
    wanted = set(request.POST.getlist("mentioned"))
    everybody = queries.colleagues_named(request.user, "", limit=2_000) if wanted else []
    return [one for one in everybody if str(one.pk) in wanted]


def _uploads(request: HttpRequest) -> list[tuple[str, Any]]:
    return [(one.name or "", one.chunks()) for one in request.FILES.getlist("uploads")]


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
