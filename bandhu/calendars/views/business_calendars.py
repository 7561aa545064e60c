"""The administrator's screens of business calendars."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.calendars import actions, queries
from bandhu.calendars.forms import BusinessCalendarForm, OwnDayForm, hours_text
from bandhu.calendars.public_holidays import country_name
from bandhu.identity.scoping import require_anywhere
from bandhu.ui import formats
from bandhu.ui.pages import see_other

MANAGE = "calendars.manage_business_calendars"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    calendars = [(one, _week(one)) for one in queries.business_calendars(request.user)]
    return render(request, "calendars/business/list.html", {"calendars": calendars})


@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """A calendar with its week, its own days and the holidays it keeps; without `pk` a new one."""
    require_anywhere(request.user, MANAGE)
    row = queries.business_calendar_for(request.user, pk) if pk else None
    form = BusinessCalendarForm(request.POST or None, row=row, initial={"time_zone": request.user.time_zone})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.set_business_calendar(row, actor=request.user, **form.values())
        except ValidationError as problem:
            for name, texts in problem.message_dict.items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            messages.success(request, _("Saved. What is counted by this calendar is counted anew."))
            return see_other(request, reverse("calendars:business_calendar", args=[made.pk]))
    return _page(request, form, row, OwnDayForm())


@require_POST
def own_day(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another day unlike its week, or (`remove`) one less."""
    require_anywhere(request.user, MANAGE)
    row = queries.business_calendar_for(request.user, pk)
    address = reverse("calendars:business_calendar", args=[pk])
    if gone := request.POST.get("remove", ""):
        day = next((one.day for one in queries.own_days_of(row) if one.day.isoformat() == gone), None)
        if day is not None:
            actions.remove_own_day(row, actor=request.user, day=day)
        return see_other(request, address)
    form = OwnDayForm(request.POST)
    if form.is_valid():
        try:
            actions.set_own_day(row, actor=request.user, **form.cleaned_data)
        except ValidationError as problem:
            for name, texts in problem.message_dict.items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            return see_other(request, address)
    return _page(request, BusinessCalendarForm(row=row), row, form)


@require_POST
def deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    row = queries.business_calendar_for(request.user, pk)
    try:
        actions.delete_business_calendar(row, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return see_other(request, reverse("calendars:business_calendar", args=[pk]))
    messages.success(request, _("Removed."))
    return see_other(request, reverse("calendars:business_calendars"))


def _page(request: HttpRequest, form: BusinessCalendarForm, row: Any, day: OwnDayForm) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "calendar": row, "own_day": day}
    if row is not None:
        this_year = timezone.localdate().year
        year = request.GET.get("year", "")
        shown = (
            int(year)
            if year.isascii() and year.isdigit() and 2000 <= int(year[:4]) <= 2100 and len(year) == 4
            else this_year
        )
        context |= {
            "week": _week(row),
            "own_days": [(one, hours_text(one.hours)) for one in queries.own_days_of(row)],
            "holidays": queries.holidays_shown(row, shown, get_language() or "en"),
            "year": shown,
            "years": range(this_year - 1, this_year + 3),
            "country_name": country_name(row.country),
        }
    status = 422 if form.errors or day.errors else 200
    return render(request, "calendars/business/calendar.html", context, status=status)


def _week(row: Any) -> list[dict[str, Any]]:
    """The days, the reader's first weekday first: name, what is open, and the bars of a picture 1440 wide."""
    reader = formats.current_reader()
    names = formats.locale_of(get_language() or "en", reader.country).days["stand-alone"]["abbreviated"]
    order = [(formats.first_weekday(reader) + number) % 7 for number in range(7)]
    return [
        {
            "name": names[day],
            "text": reader.in_digits(hours_text(row.week[day])),
            "bars": [(starts, ends - starts) for starts, ends in row.week[day]],
        }
        for day in order
    ]
