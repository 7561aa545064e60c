"""The rows of calendars: meetings, feeds, booking pages, calendars elsewhere."""

from tests.permissions.rows import OPEN, row

_SEE, _PLAN, _CHANGE = "calendars.view_meeting", "calendars.plan_meeting", "calendars.change_meeting"
_PAGES, _MAKE, _OFFER = (
    "calendars.view_bookingpage",
    "calendars.create_bookingpage",
    "calendars.change_bookingpage",
)
_HOURS = "calendars.manage_business_calendars"
_LOG = "interactions.log_interaction"
_CUSTOMERS = {"contact": "customers.view_contact", "company": "customers.view_company"}
_TIMES = {
    "starts": "2026-12-01T09:00",
    "ends": "2026-12-01T10:00",
    "time_zone": "Asia/Dhaka",
    "kind": "meeting",
}

CALENDARS = [
    *row("calendars:calendar", "GET", _SEE),
    *row("calendars:planning", "GET", f"{_PLAN} {_SEE}"),
    *row("calendars:planning", "POST", _PLAN, data={"title": "Talk", **_TIMES}),
    *row("calendars:meetings", "GET", "calendars.view_meeting"),
    *row("calendars:bookings", "GET", "calendars.view_bookingpage"),
    *row("calendars:meeting", "GET", _SEE, pk="meeting"),
    *row("calendars:editing", "GET POST", _CHANGE, sees=_SEE, pk="meeting"),
    *row("calendars:moving", "POST", _CHANGE, sees=_SEE, pk="meeting", data={"start": "2026-12-01T09:00"}),
    *row("calendars:holding", "GET", _CHANGE, sees=_SEE, pk="meeting"),
    *row(
        "calendars:holding", "POST", f"{_CHANGE} {_LOG}", sees=f"{_SEE} {_CUSTOMERS['contact']}", pk="meeting"
    ),
    *row("calendars:cancelling", "POST", _CHANGE, sees=_SEE, pk="meeting"),
    *row("calendars:restoring", "POST", _CHANGE, sees=_SEE, pk="meeting"),
    *row("calendars:invitation", "GET", _SEE, pk="meeting"),
    *row("calendars:settings", "GET", _SEE, anywhere=True),
    *row("calendars:feed_making", "POST", _SEE, anywhere=True),
    *row("calendars:feed_revoking", "POST", _SEE, anywhere=True),
    *row("calendars:bringing_in", "POST", _PLAN),
    *row("calendars:account_connecting", "GET POST", _PLAN),
    *row("calendars:account_choosing", "POST", _PLAN),
    *row("calendars:account_syncing", "POST", _PLAN),
    *row("calendars:account_removing", "POST", _PLAN),
    *row("calendars:feed", "GET", OPEN, secret="nonsense", answers=(404,)),
    *row("calendars:hours", "GET POST", _PLAN),
    *row("calendars:day_off", "POST", _PLAN, data={"first_day": "2026-12-24", "last_day": "2026-12-26"}),
    *row("calendars:booking_pages", "GET", _PAGES),
    *row("calendars:booking_page_new", "GET POST", f"{_MAKE} {_PAGES}"),
    *row("calendars:booking_page", "GET", _PAGES, pk="booking_page"),
    *row("calendars:booking_page", "POST", _OFFER, sees=_PAGES, pk="booking_page"),
    *row("calendars:book", "GET", OPEN, slug="zqqqy-page"),
    *row("calendars:book_time", "GET POST", OPEN, slug="zqqqy-page", start="20301130T090000Z"),
    *row("calendars:booked", "GET", OPEN, secret="nonsense", answers=(404,)),
    *row("calendars:booking_move", "GET POST", OPEN, secret="nonsense", answers=(404,)),
    *row("calendars:booking_cancel", "POST", OPEN, secret="nonsense", answers=(404,)),
    *row("calendars:booking_file", "GET", OPEN, secret="nonsense", answers=(404,)),
    *row("calendars:business_calendars", "GET", _HOURS),
    *row("calendars:business_calendar_new", "GET POST", _HOURS),
    *row("calendars:business_calendar", "GET POST", _HOURS, pk="business_calendar"),
    *row("calendars:business_day", "POST", _HOURS, pk="business_calendar", data={"day": "2026-12-16"}),
    *row("calendars:business_calendar_deletion", "POST", _HOURS, pk="business_calendar"),
    *row("calendars:contact_meetings", "GET", _CUSTOMERS["contact"], sees=_SEE, pk="contact"),
    *row("calendars:company_meetings", "GET", _CUSTOMERS["company"], sees=_SEE, pk="company"),
    *row("/meetings", "GET", _SEE),
    *row(
        "/meetings",
        "POST",
        _PLAN,
        data={"title": "Talk", "starts_at": "2026-12-01T09:00:00Z", "ends_at": "2026-12-01T10:00:00Z"},
    ),
    *row("/meetings/{meeting_id}", "GET", _SEE, meeting_id="meeting"),
    *row("/meetings/{meeting_id}", "PATCH", _CHANGE, sees=_SEE, meeting_id="meeting", data={"place": "Room"}),
    *row(
        "/meetings/{meeting_id}/occurrences",
        "POST",
        _CHANGE,
        sees=_SEE,
        meeting_id="meeting",
        data={"at": "2026-12-01T09:00:00Z"},
    ),
    *row(
        "/meetings/{meeting_id}/cancellation",
        "POST",
        _CHANGE,
        sees=_SEE,
        meeting_id="meeting",
        data={"reason": "Flood"},
    ),
    *row("/meetings/{meeting_id}/restoration", "POST", _CHANGE, sees=_SEE, meeting_id="meeting"),
    *row(
        "/meetings/{meeting_id}/outcome",
        "POST",
        f"{_CHANGE} {_LOG}",
        sees=f"{_SEE} {_CUSTOMERS['contact']}",
        meeting_id="meeting",
        data={"outcome": "Agreed"},
    ),
    *row("/calendar", "GET", _SEE, query="since=2026-12-01&until=2026-12-07"),
    *row("/booking-pages", "GET", _PAGES),
    *row("/booking-pages", "POST", _MAKE, sees=_PAGES, anywhere=True, data={"titles": {"en": "Zqqqz"}}),
    *row("/booking-pages/{page_id}", "GET", _PAGES, page_id="booking_page"),
    *row(
        "/booking-pages/{page_id}", "PATCH", _OFFER, sees=_PAGES, page_id="booking_page", data={"minutes": 45}
    ),
    *row("/bookings/{booking_id}", "GET", _PAGES, booking_id="booking"),
    *row(
        "/bookings/{booking_id}/move",
        "POST",
        _CHANGE,
        sees=f"{_PAGES} {_SEE}",
        booking_id="booking",
        data={"starts_at": "2030-11-30T09:00:00Z"},
    ),
    *row(
        "/bookings/{booking_id}/cancellation", "POST", _CHANGE, sees=f"{_PAGES} {_SEE}", booking_id="booking"
    ),
    *row("/me/calendar-account", "GET", _PLAN, anywhere=True, answers=(404,)),
    *row(
        "/me/calendar-account",
        "PUT",
        _PLAN,
        anywhere=True,
        data={"url": "nowhere", "username": "a", "password": "b"},
    ),
    *row("/me/calendar-account", "DELETE", _PLAN, anywhere=True),
    *row("/me/calendar-account/calendar", "PUT", _PLAN, anywhere=True, data={"calendar_url": "nowhere"}),
    *row("/me/calendar-account/sync", "POST", _PLAN, anywhere=True, answers=(404,)),
    *row(
        "/booking-pages/{page_id}/free-times",
        "GET",
        _PAGES,
        page_id="booking_page",
        query="since=2026-12-01&until=2026-12-07",
    ),
    *row("/booking-pages/{page_id}/bookings", "GET", _PAGES, page_id="booking_page"),
    *row(
        "/booking-pages/{page_id}/bookings",
        "POST",
        _PLAN,
        sees=_PAGES,
        page_id="booking_page",
        anywhere=True,
        data={"starts_at": "2026-12-01T09:00:00Z", "name": "Anika", "mail": "anika@example.com"},
    ),
]
