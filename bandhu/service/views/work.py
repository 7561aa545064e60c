"""What is done on the page of a ticket: statuses, the owner, answers, notes, watching."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.contact_center.queries import queue_for, queues_for
from bandhu.identity.scoping import require
from bandhu.inbox.actions import NewerMessages, draft_article, keep_reply, send_reply, undo_seconds
from bandhu.inbox.queries import colleagues_named
from bandhu.interactions.queries import conversation_for
from bandhu.platform.html_cleaning import text_and_html
from bandhu.service import actions, queries
from bandhu.service.forms import AssignForm, SolveForm, StatusForm, take_errors
from bandhu.ui import formats
from bandhu.ui.pages import render_part, see_other

CHANGE = "service.change_ticket"


@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk)
    require(request.user, CHANGE, record)
    form = StatusForm(request.POST or None, user=request.user, record=record)

    def act() -> None:
        moved = actions.move_ticket(record, actor=request.user, **form.cleaned_data)
        _say_what_closed(request, record, moved)

    return dialog(request, record, form, act, _("Change the status"), submit=_("Change"))


@require_http_methods(["GET", "POST"])
def solution(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk)
    require(request.user, CHANGE, record)
    form = SolveForm(request.POST or None, initial={"resolution": record.resolution})

    def act() -> None:
        moved = actions.solve_ticket(record, actor=request.user, **form.cleaned_data)
        _say_what_closed(request, record, moved)

    return dialog(request, record, form, act, _("Solve the ticket"), submit=_("Solve"))


def _say_what_closed(request: HttpRequest, before: Any, after: Any) -> None:
    """What solving did beside the ticket, and how it is undone."""
    if not before.is_open or after.is_open:
        return
    if queries.has_conversation(after):
        words = _(
            "%(code)s is over. Its conversation in the inbox is closed too; “Open again” brings both back."
        )
    else:
        words = _("%(code)s is over. “Open again” brings it back.")
    messages.success(request, words % {"code": after.code})


@require_POST
def reopening(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk)
    return tried(request, record, lambda: actions.reopen_ticket(record, actor=request.user))


@require_http_methods(["GET", "POST"])
def assignment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To somebody, or (`mine`) to oneself; or into another queue."""
    record = queries.ticket_for(request.user, pk)
    require(request.user, CHANGE, record)
    if "mine" in request.POST:
        return tried(
            request, record, lambda: actions.assign_ticket(record, actor=request.user, owner=request.user.pk)
        )
    form = AssignForm(request.POST or None, queues=queues_for(request.user), record=record)

    def act() -> None:
        wanted, owner = form.cleaned_data["queue"], form.cleaned_data["owner"]
        if wanted and wanted != str(record.queue_id):
            actions.move_to_queue(record, actor=request.user, queue=queue_for(request.user, UUID(wanted)))
        if owner != str(record.owner_id or ""):
            actions.assign_ticket(record, actor=request.user, owner=owner or None)

    return dialog(request, record, form, act, _("Give to somebody"), submit=_("Give"))


@require_POST
def notes(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk)
    said = text_and_html(request.POST.get("text", ""), request.POST.get("html", ""))
    wanted = set(request.POST.getlist("mentioned"))
    people = [one for one in _everybody(request, wanted) if str(one.pk) in wanted]
    if strangers := {one.pk for one in people} - {one.pk for one in queries.who_see(record, people)}:
        names = ", ".join(str(one) for one in people if one.pk in strangers)
        messages.warning(
            request, _("Not told, since they do not see this ticket: %(names)s") % {"names": names}
        )
    return tried(
        request, record, lambda: actions.note_on_ticket(record, actor=request.user, mentioned=people, **said)
    )


def _everybody(request: HttpRequest, wanted: set[str]) -> list[Any]:
    return colleagues_named(request.user, "", limit=2_000) if wanted else []


@require_safe
def colleagues(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Colleagues while "@" is typed in a note."""
    require(request.user, CHANGE, queries.ticket_for(request.user, pk))
    text = request.GET.get("q", "").lstrip("@")[:60].replace("\x00", "")
    return render(request, "inbox/colleagues.html", {"people": colleagues_named(request.user, text)})


@require_POST
def answers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the customer in one of the ticket's conversations."""
    record = queries.ticket_for(request.user, pk)
    require(request.user, CHANGE, record)
    threads = {str(one.conversation.pk): one.conversation for one in queries.threads_of(request.user, record)}
    chosen = threads.get(request.POST.get("conversation", ""))
    if chosen is None:
        messages.error(request, _("Choose the conversation in which to answer."))
        return see_other(request, address(pk))
    conversation = conversation_for(request.user, chosen.pk)
    said = text_and_html(request.POST.get("text", ""), request.POST.get("html", ""))
    try:
        send_reply(conversation, actor=request.user, seen=_seen(request), uploads=_uploads(request), **said)
    except NewerMessages as newer:
        problem = str(newer)
    except ValidationError as refused:
        problem = " ".join(refused.messages)
    else:
        _say_it_leaves(request, conversation)
        return see_other(request, address(pk))
    messages.error(request, problem)
    if said["text"].strip():
        keep_reply(conversation, actor=request.user, **said)
    return see_other(request, address(pk))


def _say_it_leaves(request: HttpRequest, conversation: Any) -> None:
    seconds = undo_seconds(request.user, conversation)
    if not seconds:
        messages.success(request, _("On its way."))
        return
    words = ngettext(
        "It leaves in %(number)s second; “Take back” stands beside it until then.",
        "It leaves in %(number)s seconds; “Take back” stands beside it until then.",
        seconds,
    )
    messages.success(request, words % {"number": formats.number(seconds, formats.current_reader())})


def _seen(request: HttpRequest) -> int | None:
    """How many messages stood on the page that is answered from."""
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _uploads(request: HttpRequest) -> list[tuple[str, Any]]:
    return [(one.name or "", one.chunks()) for one in request.FILES.getlist("uploads")]


@require_POST
def watching(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk)
    watch = request.POST.get("watch") == "1"
    return tried(request, record, lambda: actions.watch_ticket(record, actor=request.user, watch=watch))


@require_POST
def article(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An article begun from what was asked and what was done, without whose it was; to be edited."""
    record = queries.ticket_for(request.user, pk)
    made = draft_article(
        [one.conversation for one in queries.threads_of(request.user, record)],
        actor=request.user,
        title=record.title,
        question=record.description,
        answer=record.resolution,
        language=record.language,
        customers=[record.contact, record.company],
    )
    messages.info(
        request, _("Names, addresses and numbers were left out. Read it once more before it is published.")
    )
    return see_other(request, reverse("knowledge:text_edit", args=[made.pk, made.source_language]))


@require_POST
def follow_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk)
    require(request.user, CHANGE, record)
    new = actions.follow_up_ticket(record, actor=request.user)
    messages.success(request, _("%(code)s goes on with it.") % {"code": new.code})
    return see_other(request, address(new.pk))


@require_http_methods(["GET", "POST"])
def of_conversation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The ticket beside a conversation; posted to, one is made of it in one click, or the one it has is opened."""
    conversation = conversation_for(request.user, pk)
    if request.method == "GET":
        context = {
            "conversation": conversation,
            "ticket": queries.ticket_of_conversation(request.user, conversation),
            "may_create": request.user.holds("service.create_ticket"),
        }
        return render_part(request, "service/tickets/of_conversation.html", context, title=_("Ticket"))
    made = actions.make_ticket_of(conversation, actor=request.user)
    return see_other(request, address(made.pk))


def dialog(
    request: HttpRequest, record: Any, form: Any, act: Callable[[], Any], title: str, *, submit: str
) -> HttpResponse:
    """A form in the shell's dialog, or on its own page, whose button says what it does; what the action refuses stands in the form."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except ValidationError as problem:
            take_errors(form, problem)
        else:
            return see_other(request, address(record.pk))
    context = {"form": form, "title": title, "action": request.path, "submit": submit}
    code = 422 if request.method == "POST" else 200
    crumbs = [(address(record.pk), str(record))]
    return render_part(
        request, "service/tickets/dialog.html", context, title=title, crumbs=crumbs, status=code
    )


def tried(request: HttpRequest, record: Any, act: Callable[[], Any]) -> HttpResponse:
    """Do it and go back to the page; what is refused is said there."""
    try:
        act()
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return see_other(request, address(record.pk))


def address(pk: UUID) -> str:
    return reverse("service:ticket", args=[pk])
