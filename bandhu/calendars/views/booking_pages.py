"""Setting up booking pages, one's working hours and days off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.calendars import actions, queries
from bandhu.calendars.forms import BookingFieldsForm, BookingPageForm, DayOffForm, HoursForm
from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.list_pages import list_page
from bandhu.platform.public_url import absolute
from bandhu.ui.formats import current_reader, first_weekday
from bandhu.ui.pages import see_other

CHANGE, FILL = "calendars.change_bookingpage", "calendars.change_meeting"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, "calendars.view_bookingpage")
    pages = [(one, _address(one)) for one in queries.booking_pages(request.user)]
    context = {"pages": pages, "may_create": request.user.holds("calendars.create_bookingpage")}
    return render(request, "calendars/booking/list.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, "calendars.create_bookingpage")
    form = BookingPageForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            page = actions.create_booking_page(actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("The page is there. Give its address to whoever shall book."))
            return see_other(request, reverse("calendars:booking_page", args=[page.pk]))
    return _form(request, form, None)


@require_safe
def bookings(request: HttpRequest) -> HttpResponse:
    """Every booking of the pages one may see."""
    return list_page(request, "booking")


@require_http_methods(["GET", "POST"])
def booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One booking with what the visitor wrote, and the house's own fields to fill."""
    found = queries.booking_for(request.user, pk)
    if request.method == "POST":
        require(request.user, FILL, found.page)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = BookingFieldsForm(*sent, user=request.user, booking=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_booking(found, actor=request.user, **form.values())
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, request.path)
    context = queries.booking_shown(request.user, found) | {"form": form}
    return render(request, "calendars/booking/booking.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    page = queries.booking_page_for(request.user, pk)
    if request.method == "POST":
        require(request.user, CHANGE, page)
    form = BookingPageForm(request.POST or None, user=request.user, page=page)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_booking_page(page, actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, request.path)
    return _form(request, form, page)


@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest) -> HttpResponse:
    """One's own working hours and days off."""
    require_anywhere(request.user, "calendars.plan_meeting")
    first = first_weekday(current_reader())
    form = HoursForm(request.POST or None, hours=queries.hours_of(request.user), first=first)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_working_hours(actor=request.user, hours=form.hours())
        except ValidationError as problem:
            for name, texts in problem.message_dict.items():
                form.add_error(name, texts)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, request.path)
    return _hours(request, form, DayOffForm())


@require_POST
def day_off(request: HttpRequest) -> HttpResponse:
    """Another one, or (`remove`) one less."""
    require_anywhere(request.user, "calendars.plan_meeting")
    if gone := request.POST.get("remove", ""):
        try:
            actions.remove_day_off(actor=request.user, pk=UUID(gone))
        except ValueError:
            messages.error(request, _("There is no such day off."))
        return see_other(request, reverse("calendars:hours"))
    form = DayOffForm(request.POST)
    if form.is_valid():
        try:
            actions.add_day_off(actor=request.user, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            return see_other(request, reverse("calendars:hours"))
    week = HoursForm(hours=queries.hours_of(request.user), first=first_weekday(current_reader()))
    return _hours(request, week, form)


def _hours(request: HttpRequest, form: HoursForm, off: DayOffForm) -> HttpResponse:
    context = {
        "form": form,
        "off": off,
        "days_off": queries.days_off_of(request.user),
        "zone": request.user.time_zone,
    }
    return render(
        request, "calendars/booking/hours.html", context, status=422 if form.errors or off.errors else 200
    )


def _form(request: HttpRequest, form: BookingPageForm, page: Any) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "page": page}
    if page is not None:
        context |= {
            "address": _address(page),
            "bookings": queries.bookings_of(request.user, page),
            "lacks_mailbox": any(queries.lacks_mailbox(one.user) for one in page.hosts.all()),
            "may_change": queries.booking_pages(request.user, CHANGE).filter(pk=page.pk).exists(),
        }
    return render(request, "calendars/booking/page.html", context, status=422 if form.errors else 200)


def _address(page: Any) -> str:
    return absolute(reverse("calendars:book", args=[page.slug]))
