"""Canned replies and macros: the pages where they are written, and running a macro; how somebody works."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.channels.merge_fields import merge_fields
from bandhu.identity.scoping import require_anywhere
from bandhu.inbox import actions, queries
from bandhu.inbox.actions.shared import MANAGE, shared_as
from bandhu.inbox.forms import SHARED, CannedReplyForm, PreferenceForm, step_choices, step_rows, steps_from
from bandhu.inbox.merging import filled
from bandhu.inbox.steps import step_kinds
from bandhu.inbox.views.changes import LEAVING, talk_crumbs, told
from bandhu.platform.conflicts import EditConflict
from bandhu.ui.pages import left_dialog, render_part, see_other, with_toast

ANSWER = "interactions.answer_conversation"


@require_safe
def canned_replies(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, ANSWER)
    context = {"replies": queries.canned_replies(request.user), **_manager(request)}
    return render(request, "inbox/canned/list.html", context)


@require_http_methods(["GET", "POST"])
def canned_reply(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, ANSWER)
    known = queries.canned_reply_for(request.user, pk) if pk else None
    form = CannedReplyForm(request.POST or None, initial=_start(known))
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("name", "shortcut", "shared")}
        try:
            actions.save_canned_reply(
                actor=request.user, texts=form.texts, known=known, version=_version(request), **facts
            )
        except ValidationError as problem:
            _take(form, problem)
        except EditConflict as conflict:
            form.add_error(None, str(conflict))
        else:
            return redirect("inbox:canned_replies")
    context = {"form": form, "known": known, "merge_fields": merge_fields().items(), **_manager(request)}
    return render(request, "inbox/canned/form.html", context, status=422 if form.errors else 200)


@require_POST
def canned_reply_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.delete_canned_reply(queries.canned_reply_for(request.user, pk), actor=request.user)
    return see_other(request, reverse("inbox:canned_replies"))


@require_safe
def macros(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, ANSWER)
    rows = [{"macro": one, "steps": _in_words(one.steps, request)} for one in queries.macros(request.user)]
    return render(request, "inbox/macros/list.html", {"rows": rows, **_manager(request)})


@require_http_methods(["GET", "POST"])
def macro(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, ANSWER)
    known = queries.macro_for(request.user, pk) if pk else None
    problems: dict[str, Any] = {}
    values = {"name": known.name if known else "", "shared": shared_as(known) if known else "own"}
    steps = known.steps if known else []
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in ("name", "shared")}
        steps = steps_from(request.POST)
        try:
            actions.save_macro(
                actor=request.user, steps=steps, known=known, version=_version(request), **values
            )
        except ValidationError as problem:
            problems = problem.message_dict if hasattr(problem, "error_dict") else {"steps": problem.messages}
        except EditConflict as conflict:
            problems = {"name": [str(conflict)]}
        else:
            return redirect("inbox:macros")
    offered = step_choices(request.user)
    choices = {row["kind"].value: row["choices"] for row in offered}
    context = {
        "known": known, "values": values, "steps": step_rows(steps, max(1, 4 - len(steps))), "problems": problems,
        "kinds": [row["kind"] for row in offered], "own_choosers": [row for row in offered if row["kind"].options],
        "agents": choices.get("agent", []), "queues": choices.get("queue", []),
        "canned_replies": choices.get("canned_reply", []), "labels": queries.labels_like("", limit=100),
        "shared_choices": SHARED, **_manager(request),
    }  # fmt: skip
    return render(request, "inbox/macros/form.html", context, status=422 if problems else 200)


@require_POST
def macro_deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.delete_macro(queries.macro_for(request.user, pk), actor=request.user)
    return see_other(request, reverse("inbox:macros"))


@require_safe
def offered_macros(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The dialog that shows each macro with what it would do to this conversation."""
    found = queries.conversation_shown(request.user, pk)
    rows = [
        {"macro": one, "steps": _in_words(one.steps, request, found)} for one in queries.macros(request.user)
    ]
    context = {"rows": rows, "conversation": found}
    crumbs = talk_crumbs(found)
    return render_part(request, "inbox/macros/offered.html", context, title=_("Run a macro"), crumbs=crumbs)


@require_POST
def running(request: HttpRequest, pk: UUID, macro_id: UUID) -> HttpResponse:
    """Do a macro's steps on a conversation."""
    found = queries.conversation_shown(request.user, pk)
    wanted = queries.macro_for(request.user, macro_id)
    try:
        done = actions.run_steps([found], actor=request.user, steps=wanted.steps)
    except ValidationError as problem:
        answer = with_toast(HttpResponse(status=204), " ".join(problem.messages), tone="danger")
    else:
        leaves = any(step["kind"] in LEAVING for step in wanted.steps)
        answer = told(request, done, _("“%(name)s” is done.") % {"name": wanted.name}, leaves=leaves)
    return left_dialog(request, answer, reverse("inbox:conversation", args=[pk]))


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, ANSWER)
    own = queries.preference_of(request.user)
    form = PreferenceForm(request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        actions.change_preference(request.user, **form.cleaned_data)
        return redirect("inbox:inbox")
    return render(request, "inbox/preferences.html", {"form": form}, status=422 if form.errors else 200)


def _in_words(steps: Any, request: HttpRequest, conversation: Any = None) -> list[dict[str, Any]]:
    """Each step with its kind and what it says; texts filled in where there is a conversation."""
    told_steps = []
    for step in steps:
        kind = step_kinds.get(step.get("kind", ""))
        if kind is None:
            continue
        value, choices = step.get("value", ""), {}
        if kind.options or kind.value in ("agent", "queue", "canned_reply"):
            choices = dict(choices_by_kind(request.user, kind.value))
        if kind.value == "text" and conversation is not None:
            value = filled(value, conversation, request.user).text
        if kind.value == "canned_reply" and conversation is not None:
            choices |= queries.canned_text(request.user, conversation, value)
        gone = _("not there for you") if kind.options or kind.value == "canned_reply" else value
        told_steps.append({"kind": kind, "value": choices.get(value, gone)})
    return told_steps


def choices_by_kind(user: Any, value: str) -> list[tuple[str, str]]:
    return next((row["choices"] for row in step_choices(user) if row["kind"].value == value), [])


def _start(known: Any) -> dict[str, Any]:
    if known is None:
        return {}
    texts = {f"text_{code}": known.texts.get(code, "") for code, _name in settings.LANGUAGES}
    return {"name": known.name, "shortcut": known.shortcut, "shared": shared_as(known), **texts}


def _take(form: Any, problem: ValidationError) -> None:
    for name, texts in problem.message_dict.items():
        form.add_error(name if name in form.fields else None, texts)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _manager(request: HttpRequest) -> dict[str, Any]:
    return {"may_share": request.user.holds(MANAGE)}  # type: ignore[union-attr]
