"""A meeting: its page, planning, changing, moving, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.calendars import actions, queries
from bandhu.calendars.forms import HoldForm, MeetingForm
from bandhu.calendars.views.moments import moment_in, wall_in
from bandhu.calendars.wall_clock import moment_typed
from bandhu.customers.queries import custom_lines
from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.list_pages import list_page
from bandhu.ui.pages import close_dialog, is_fragment_request, see_other, with_event, with_toast

CHANGED = "meetings-changed"
CHANGE = "calendars.change_meeting"
FORM = "calendars/meeting_form.html"


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    return list_page(request, "meeting")


@require_safe
def meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.meeting_for(request.user, pk)
    at = moment_in(request.GET.get("at", "")) if found.rule else None
    starts = at or found.starts_at
    context = {
        "meeting": found,
        "starts": starts,
        "ends": starts + found.length,
        "at": request.GET.get("at", "") if at else "",
        "people": found.attendees.select_related("user", "contact"),
        "fields": custom_lines(request.user, found, "meeting"),
        "sees": queries.customers_seen(request.user, found),
        "may_change": queries.may_change(request.user, found),
        "is_over": starts <= timezone.now(),
        "lacks_mailbox": found.invites and queries.lacks_mailbox(found.owner),
    }
    part = "#card" if is_fragment_request(request) else ""
    return render(request, f"calendars/meeting.html{part}", context)


@require_http_methods(["GET", "POST"])
def planning(request: HttpRequest) -> HttpResponse:
    """A new one; `customer` ("contact:<id>"), `start` (wall clock) and `about` ("opportunity:<id>") may stand in the address."""
    require_anywhere(request.user, "calendars.plan_meeting")
    if request.method == "GET":
        now = timezone.localtime()
        full_hour = now.replace(tzinfo=None, minute=0, second=0, microsecond=0) + timedelta(hours=1)
        starts = wall_in(request.GET.get("start", "")) or full_hour
        form = MeetingForm.fresh(request.user, starts=starts, customer=request.GET.get("customer", ""))
        return _form(request, form, _("Plan a meeting"))
    form = MeetingForm(request.POST, request.FILES, user=request.user)

    def plan() -> None:
        about = queries.about_for(request.user, request.GET.get("about", ""))
        given = {"custom": {}} | form.values() | about
        actions.plan_meeting(actor=request.user, people=form.people(), **given)

    return _act(request, form, plan, _("Plan a meeting"), _("Planned."), reverse("calendars:calendar"))


@require_http_methods(["GET", "POST"])
def editing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`at` names an occurrence of a series; `scope` says whether one, those that follow, or all change."""
    found = queries.meeting_for(request.user, pk)
    require(request.user, CHANGE, found)
    at = moment_in(request.GET.get("at", "")) if found.rule else None
    sent = [request.POST, request.FILES] if request.method == "POST" else []
    form = MeetingForm.of(found, at, *sent, user=request.user)
    if request.method == "GET":
        return _form(request, form, _("Change the meeting"))

    def change() -> None:
        change_in_scope(
            request, found, at, form.cleaned_data.get("scope", "all"), form.values(), form.people()
        )

    page = reverse("calendars:meeting", args=[pk])
    return _act(request, form, change, _("Change the meeting"), _("Saved."), page)


def change_in_scope(
    request: HttpRequest,
    found: Any,
    at: datetime | None,
    scope: str,
    values: dict[str, Any],
    people: Any = None,
) -> Any:
    """Change one occurrence, it and those that follow, or the whole series (the only way of a meeting that does not repeat)."""
    if at is None or not found.rule:
        return actions.change_meeting(found, actor=request.user, people=people, **values)
    if scope == "following":
        return actions.change_following(found, actor=request.user, at=at, people=people, **values)
    if scope == "all":
        # What was typed belongs to this occurrence; the series begins as much earlier or later as this one does.
        starts, ends = values["starts_at"], values["ends_at"]
        values |= {"starts_at": found.starts_at + (starts - at)}
        values |= {"ends_at": values["starts_at"] + (ends - starts)}
        return actions.change_meeting(found, actor=request.user, people=people, **values)
    values.pop("rule", None)
    one = actions.occurrence_of(found, actor=request.user, at=at)
    return actions.change_meeting(one, actor=request.user, people=people, **values)


@require_POST
def moving(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To another time, as long as before: `start` is on the reader's wall clock, or a moment with Z for Undo.

    For an occurrence of a series (`at`), `scope` is asked for first.
    """
    found = queries.meeting_for(request.user, pk)
    require(request.user, CHANGE, found)
    words = request.POST if "start" in request.POST else request.GET
    at = moment_in(words.get("at", "")) if found.rule else None
    scope = words.get("scope", "")
    if at and not scope:
        response = render(request, "calendars/_which.html", {"meeting": found, "words": words}, status=422)
        response["HX-Retarget"], response["HX-Reswap"] = "#dialog-body", "innerHTML"
        return response
    try:
        starts = _start(words.get("start", ""))
        former = at or found.starts_at
        moved = change_in_scope(
            request, found, at, scope, {"starts_at": starts, "ends_at": starts + found.length}
        )
    except ValidationError as problem:
        return with_toast(_shown(HttpResponse(status=422)), " ".join(problem.messages), tone="danger")
    # A series that was cut in two is not put together again by one click.
    can_undo = at is None or scope == "one"
    undo = (
        f"{reverse('calendars:moving', args=[moved.pk])}?{urlencode({'start': f'{former:%Y%m%dT%H%M%SZ}'})}"
    )
    response = close_dialog(_shown(HttpResponse(status=204)))
    label, address = (_("Undo"), undo) if can_undo else (None, None)
    return with_toast(
        response, _("Moved: %(title)s") % {"title": moved.title}, action_label=label, action_url=address
    )


@require_http_methods(["GET", "POST"])
def holding(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It took place: asks what came of it, and puts it on the timeline."""
    found = queries.meeting_for(request.user, pk)
    require(request.user, CHANGE, found)
    at = moment_in(request.GET.get("at", ""))
    form = HoldForm(request.POST or None) if request.POST else HoldForm()
    if request.method == "GET":
        return _form(request, form, _("The meeting was held"))
    form = HoldForm(request.POST)

    def hold() -> None:
        one = actions.occurrence_of(found, actor=request.user, at=at) if found.rule and at else found
        actions.hold_meeting(one, actor=request.user, **form.cleaned_data)

    page = reverse("calendars:meeting", args=[pk])
    return _act(request, form, hold, _("The meeting was held"), _("Put on the timeline."), page)


@require_POST
def cancelling(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It does not take place; with `at`, this one of the series."""
    found = queries.meeting_for(request.user, pk)
    require(request.user, CHANGE, found)
    at = moment_in(request.GET.get("at", ""))
    try:
        one = actions.occurrence_of(found, actor=request.user, at=at) if found.rule and at else found
        actions.cancel_meeting(one, actor=request.user, reason=request.POST.get("reason", ""))
    except ValidationError as problem:
        return with_toast(HttpResponse(status=422), " ".join(problem.messages), tone="danger")
    text = _("Cancelled: %(title)s") % {"title": one.title}
    if not is_fragment_request(request):
        messages.success(request, text)
        return see_other(request, reverse("calendars:meeting", args=[one.pk]))
    undo = reverse("calendars:restoring", args=[one.pk])
    response = close_dialog(_shown(HttpResponse(status=204)))
    return with_toast(response, text, action_label=_("Undo"), action_url=undo)


@require_POST
def restoring(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.restore_meeting(queries.meeting_for(request.user, pk), actor=request.user)
    text = _("It takes place again.")
    if not is_fragment_request(request):
        messages.success(request, text)
        return see_other(request, reverse("calendars:meeting", args=[pk]))
    return with_toast(_shown(HttpResponse(status=204)), text)


def _start(text: str) -> datetime:
    moment, wall = moment_in(text), wall_in(text)
    if moment is None and wall is None:
        raise ValidationError(_("This is not a time."))
    return moment or moment_typed(wall, timezone.get_current_timezone())  # type: ignore[arg-type]


def _act(
    request: HttpRequest, form: Any, act: Callable[[], None], title: str, done: str, page: str
) -> HttpResponse:
    if form.is_valid():
        try:
            act()
        except ValidationError as problem:
            _take_errors(form, problem)
    if form.errors:
        return _form(request, form, title, status=422)
    if not is_fragment_request(request):
        messages.success(request, done)
        return see_other(request, page)
    return with_toast(close_dialog(_shown(HttpResponse(status=204))), done)


def _take_errors(form: Any, problem: ValidationError) -> None:
    """What the action refuses goes to its field, the rest above the form."""
    names = {"starts_at": "starts", "ends_at": "ends", "rule": "repeats"}
    found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    for name, texts in found.items():
        field = names.get(name, name)
        form.add_error(field if field in form.fields else None, texts)


def _form(request: HttpRequest, form: Any, title: str, status: int = 200) -> HttpResponse:
    part = "#dialog" if is_fragment_request(request) else ""
    context = {"form": form, "title": title, "action": request.get_full_path()}
    return render(request, f"{FORM}{part}", context, status=status)


def _shown(response: HttpResponse) -> HttpResponse:
    return with_event(response, CHANGED)
