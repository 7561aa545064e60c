"""Booking pages as strangers see them, in their zone and language. Work without JavaScript and cookies."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from csp.decorators import csp_replace
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.calendars import actions, queries
from bandhu.calendars.forms import VisitorForm
from bandhu.calendars.ics_writing import calendar_text
from bandhu.calendars.views.moments import day_in, moment_in
from bandhu.platform.middleware import client_address
from bandhu.platform.submission_guard import new_ticket, read_ticket, seconds_to_wait
from bandhu.platform.time_zones import todays_name, zone_choices_from, zone_named
from bandhu.ui.formats import country_of_zone, set_reader

DAYS_SHOWN = 7
View = Callable[..., HttpResponse]


def for_strangers(view: View) -> View:
    """A page without anybody's session, in the zone and language of its visitor; it may stand in a frame."""

    @functools.wraps(view)
    def shown(request: HttpRequest, **words: Any) -> HttpResponse:
        if secret := words.pop("secret", ""):
            if seconds := queries.seconds_for_guesses(client_address(request)):
                return HttpResponse(status=429, headers={"Retry-After": str(seconds)})
            booking = queries.booking_with(secret)
            page, words = booking.page, {**words, "booking": booking, "secret": secret}
            zone, language = zone_named(booking.time_zone), booking.language
        else:
            if seconds := queries.seconds_for_times(client_address(request)):
                return _too_much(seconds)
            page = queries.public_page(words.pop("slug"))
            zone, language = _zone(request, page), ""
        with translation.override(_language(request, page, language)), timezone.override(zone):
            set_reader(country=country_of_zone(str(zone)))
            try:
                response: HttpResponse = view(request, page, **words)
            finally:
                set_reader()
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "no-referrer"
        return response

    framed: Any = xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(shown))
    # No cookie is read: a forged post does no more than one that is typed.
    return csrf_exempt(framed)


@require_safe
@for_strangers
def times(request: HttpRequest, page: Any) -> HttpResponse:
    """The free times of a week; `on` is its first day."""
    return render(request, "calendars/public/times.html", _times(request, page))


@require_http_methods(["GET", "HEAD", "POST"])
@for_strangers
def book(request: HttpRequest, page: Any, start: str) -> HttpResponse:
    """Who are you? Then the time is theirs."""
    starts = moment_in(start)
    if starts is None:
        raise Http404
    form = VisitorForm(request.POST if request.method == "POST" else None, page=page)
    if request.method != "POST":
        return _form(request, page, starts, form)
    if seconds := seconds_to_wait(client_address(request)):
        return _later(request, page, starts, form, seconds)
    ticket = read_ticket(request.POST.get("ticket", ""), f"book-{page.slug}")
    if form.fell_into_trap:
        actions.count_refused(page)
        return render(request, "calendars/public/thanks.html", {"page": page})
    if form.is_valid() and ticket.state != "good":
        form.add_error(None, _("Please look through it once more and send it again."))
    if form.errors:
        return _form(request, page, starts, form, 422)
    try:
        actions.book_time(page, submission=ticket.submission, starts_at=starts, visitor=_visitor(form))
    except ValidationError as problem:
        if getattr(problem, "error_dict", {}).get("start"):
            return _taken(request, page, problem)
        form.take_errors(problem)
        return _form(request, page, starts, form, 422)
    return redirect("calendars:booked", secret=actions.secret_of(ticket.submission))


@require_safe
@for_strangers
def booked(request: HttpRequest, page: Any, booking: Any, secret: str) -> HttpResponse:
    """What was booked, and the ways to change it."""
    return render(request, "calendars/public/booked.html", _booked(page, booking, secret))


@require_http_methods(["GET", "HEAD", "POST"])
@for_strangers
def moving(request: HttpRequest, page: Any, booking: Any, secret: str) -> HttpResponse:
    """Another time: GET shows what is free, POST `start` takes it."""
    if request.method != "POST":
        return _move_page(request, page, booking, secret)
    starts = moment_in(request.POST.get("start", ""))
    try:
        if starts is None:
            raise ValidationError(_("Choose a time."))
        actions.move_booking(booking, starts_at=starts)
    except ValidationError as problem:
        return _move_page(request, page, booking, secret, problem)
    return redirect("calendars:booked", secret=secret)


@require_http_methods(["POST"])
@for_strangers
def cancelling(request: HttpRequest, page: Any, booking: Any, secret: str) -> HttpResponse:
    try:
        actions.cancel_booking(booking, reason=request.POST.get("reason", "")[:300])
    except ValidationError as problem:
        context = _booked(page, booking, secret) | {"problem": " ".join(problem.messages)}
        return render(request, "calendars/public/booked.html", context, status=422)
    return redirect("calendars:booked", secret=secret)


@require_safe
@for_strangers
def file(request: HttpRequest, page: Any, booking: Any, secret: str) -> HttpResponse:
    """For the visitor's own calendar: their words and ours, nothing of the contact in the book."""
    text = calendar_text([booking.meeting], method="PUBLISH", with_guests=False, with_note=False)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


def _visitor(form: VisitorForm) -> actions.Visitor:
    data = form.cleaned_data
    return actions.Visitor(
        name=data["full_name"], mail=data["mail"], phone=data["phone"], note=data["note"], agreed=bool(data.get("agreed")),
        time_zone=str(timezone.get_current_timezone()), language=translation.get_language() or "en",
    )  # fmt: skip


def _times(request: HttpRequest, page: Any, booking: Any = None) -> dict[str, Any]:
    zone = timezone.get_current_timezone()
    first = max(day_in(request.GET.get("on", "")), timezone.localdate())
    since = datetime.combine(first, datetime.min.time(), zone)
    hosts = (
        list(page.hosts.filter(user__in=booking.held.values("user")).select_related("user"))
        if booking
        else None
    )
    found = queries.free_times(
        page, since, since + timedelta(days=DAYS_SHOWN), hosts=hosts, leaving_out=booking
    )
    after = first + timedelta(days=DAYS_SHOWN)
    return {
        "page": page,
        "days": queries.free_days(found, zone).items(),  # type: ignore[arg-type]
        "zone": str(zone),
        "zones": zone_choices_from(str(zone), translation.get_language() or "en"),
        "words": urlencode(_words()),
        "before": max(first - timedelta(days=DAYS_SHOWN), timezone.localdate())
        if first > timezone.localdate()
        else None,
        "after": after if after <= timezone.localdate() + timedelta(days=page.days_ahead) else None,
        **_frame(page),
    }


def _frame(page: Any) -> dict[str, Any]:
    languages = [(code, translation.get_language_info(code)["name_local"]) for code in page.languages]
    return {
        "title": str(page),
        "introduction": page.text(page.introductions),
        "languages": languages,
        "language": translation.get_language(),
    }


def _form(
    request: HttpRequest, page: Any, starts: datetime, form: VisitorForm, status: int = 200
) -> HttpResponse:
    name, sent = f"book-{page.slug}", request.POST.get("ticket", "")
    context = {
        "page": page,
        "form": form,
        "starts": starts,
        "ends": starts + timedelta(minutes=page.minutes),
        "zone": str(timezone.get_current_timezone()),
        "words": urlencode(_words()),
        # The one that was sent goes on while it counts: sending a corrected form is no new booking.
        "ticket": sent if read_ticket(sent, name).state in ("good", "early") else new_ticket(name),
        **_frame(page),
    }
    return render(request, "calendars/public/form.html", context, status=status)


def _taken(request: HttpRequest, page: Any, problem: ValidationError) -> HttpResponse:
    context = _times(request, page) | {"problem": " ".join(problem.messages)}
    return render(request, "calendars/public/times.html", context, status=422)


def _move_page(
    request: HttpRequest, page: Any, booking: Any, secret: str, problem: ValidationError | None = None
) -> HttpResponse:
    context = _times(request, page, booking) | {"booking": booking, "secret": secret}
    context |= {"problem": " ".join(problem.messages)} if problem else {}
    return render(request, "calendars/public/moving.html", context, status=422 if problem else 200)


def _booked(page: Any, booking: Any, secret: str) -> dict[str, Any]:
    meeting = booking.meeting
    is_open = meeting.state == "planned" and meeting.starts_at > timezone.now()
    return {
        "page": page,
        "booking": booking,
        "meeting": meeting,
        "secret": secret,
        "is_open": is_open,
        "zone": booking.time_zone,
        **_frame(page),
    }


def _later(
    request: HttpRequest, page: Any, starts: datetime, form: VisitorForm, seconds: int
) -> HttpResponse:
    text = ngettext(
        "Too much came from your address. Please send it again in %(seconds)d second.",
        "Too much came from your address. Please send it again in %(seconds)d seconds.",
        seconds,
    )
    form.add_error(None, text % {"seconds": seconds})
    response = _form(request, page, starts, form, 429)
    response["Retry-After"] = str(seconds)
    return response


def _too_much(seconds: int) -> HttpResponse:
    text = ngettext(
        "Too much came from your address. Please try again in %(seconds)d second.",
        "Too much came from your address. Please try again in %(seconds)d seconds.",
        seconds,
    )
    response = HttpResponse(text % {"seconds": seconds}, content_type="text/plain; charset=utf-8", status=429)
    response["Retry-After"] = str(seconds)
    return response


def _words() -> dict[str, str]:
    """What the next page has to know."""
    return {"zone": str(timezone.get_current_timezone()), "lang": translation.get_language() or ""}


def _language(request: HttpRequest, page: Any, known: str) -> str:
    """The one asked for, else the one the booking was made in, else the visitor's, else the page's first."""
    offered = page.languages or ["en"]
    for one in (request.POST.get("lang"), request.GET.get("lang"), known, translation.get_language()):
        if one in offered:
            return str(one)
    return str(offered[0])


def _zone(request: HttpRequest, page: Any) -> ZoneInfo:
    """The one chosen or detected, else the owner's."""
    names = (
        request.POST.get("zone", ""),
        request.GET.get("zone", ""),
        page.owner.time_zone,
        settings.DEFAULT_TIME_ZONE,
    )
    return next(zone for name in names if (zone := zone_named(todays_name(name))))
