"""What is done with one conversation or with many at once, and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.inbox import actions, queries
from bandhu.inbox.built_in_steps import choices_of
from bandhu.inbox.steps import questions, step_kinds
from bandhu.interactions.queries import conversations, snooze_choices
from bandhu.ui import formats
from bandhu.ui.pages import close_dialog, left_dialog, render_part, with_event, with_toast

CHANGED = "talk-changed"
SALT = "inbox.undo"
# After an hour others have gone on with what was changed.
UNDO_FOR = 3_600
# Those after which a conversation leaves the desk.
LEAVING = {"close", "close_and_solve", "spam", "snooze"}


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """One step ("step" with its "value") on the conversations in "selected"; what must be asked before is, until "answered" is sent."""
    steps = [{"kind": request.POST.get("step", ""), "value": request.POST.get("value", "")}]
    chosen = _chosen(request, request.POST.getlist("selected"))
    if not chosen:
        raise OutOfReach
    if "answered" not in request.POST and (asked := asked_about(request, steps[0]["kind"], chosen)):
        return asked
    try:
        done = actions.run_steps(chosen, actor=request.user, steps=steps)
    except ValidationError as problem:
        answer = with_toast(HttpResponse(status=204), " ".join(problem.messages), tone="danger")
    else:
        answer = told(
            request, done, str(step_kinds[steps[0]["kind"]].done), leaves=steps[0]["kind"] in LEAVING
        )
    return left_dialog(request, answer, reverse("inbox:inbox") if len(chosen) > 1 else _place_of(chosen[0]))


def asked_about(request: HttpRequest, step: str, chosen: Sequence[Any]) -> HttpResponse | None:
    """The dialog with the first question that a step on these conversations raises; None where nothing is to be asked."""
    for question in questions:
        found = question.ask(request.user, chosen) if question.step == step else None
        if found is not None:
            context = {"conversations": chosen, "step": step, **found}
            crumbs = talk_crumbs(chosen[0])
            response = render_part(
                request, question.template, context, title=step_kinds[step].label, crumbs=crumbs
            )
            response["HX-Retarget"], response["HX-Reswap"] = "#dialog-body", "innerHTML"
            return response
    return None


@require_POST
def undoing(request: HttpRequest) -> HttpResponse:
    """Take back what `?what=` names, which we signed when it was done."""
    try:
        user_id, notes = signing.loads(request.GET.get("what", ""), salt=SALT, max_age=UNDO_FOR)
    except signing.BadSignature:
        return with_toast(HttpResponse(status=204), _("It is too late to take this back."), tone="danger")
    if user_id != str(request.user.pk):
        raise Http404
    try:
        actions.undo_steps(notes, actor=request.user)
    except ValidationError as problem:
        return with_toast(HttpResponse(status=204), " ".join(problem.messages), tone="danger")
    return with_toast(with_event(HttpResponse(status=204), CHANGED), _("Taken back."))


@require_safe
def choosing(request: HttpRequest, step: str) -> HttpResponse:
    """The dialog that asks for the value of a step: whom to give it to, until when, which label."""
    require_anywhere(request.user, "interactions.view_conversation")
    kind = step_kinds.get(step)
    if kind is None or kind.value not in ("agent", "queue", "moment", "label"):
        raise Http404
    chosen = _chosen(request, request.GET.getlist("selected"))
    context: dict[str, Any] = {
        "kind": kind,
        "conversations": chosen,
        "choices": choices_of(request.user, kind.value),
        "snooze": snooze_choices() if kind.value == "moment" else [],
        "labels": queries.labels_like("") if kind.value == "label" else [],
        "queues": choices_of(request.user, "queue") if kind.value == "agent" else [],
    }
    crumbs = talk_crumbs(chosen[0] if len(chosen) == 1 else None)
    return render_part(request, "inbox/choosing.html", context, title=kind.label, crumbs=crumbs)


def told(request: HttpRequest, done: actions.Done, words: str, *, leaves: bool = False) -> HttpResponse:
    """The answer after steps: what changed, how to take it back, and what was refused."""
    response = close_dialog(with_event(HttpResponse(status=204), CHANGED))
    count = len(done.changed)
    if not count:
        reason = done.refused[0] if done.refused else _("It is so already.")
        return with_toast(response, reason, tone="danger" if done.refused else "info")
    if leaves and queries.preference_of(request.user).opens_next:
        response = with_event(response, "talk-done", {"ids": [str(pk) for pk in done.changed]})
    if count > 1:
        number = formats.number(count, formats.current_reader())
        words = ngettext("Done for %(number)s conversation.", "Done for %(number)s conversations.", count) % {
            "number": number
        }
    undoable = any(step_kinds[note[0]].undo for note in done.notes)
    if not undoable:
        return with_toast(response, words)
    what = signing.dumps((str(request.user.pk), done.notes), salt=SALT, compress=True)
    url = f"{reverse('inbox:undoing')}?what={what}"
    return with_toast(response, words, action_label=_("Undo"), action_url=url)


def talk_crumbs(conversation: Any = None) -> list[tuple[str, Any]]:
    """Where a dialog belongs when it stands on a page of its own: the inbox, and the conversation it is about."""
    found = [(reverse("inbox:inbox"), _("Inbox"))]
    return found if conversation is None else [*found, (_place_of(conversation), conversation)]


def _place_of(conversation: Any) -> str:
    return reverse("inbox:conversation", args=[conversation.pk])


def _chosen(request: HttpRequest, given: Iterable[str]) -> list[Any]:
    """The conversations in reach among these ids, in their order."""
    ids = []
    for text in list(given)[:200]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    rows = conversations(request.user).select_related("contact", "company", "assignee", "team")
    found = rows.in_bulk(ids) if ids else {}
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]
