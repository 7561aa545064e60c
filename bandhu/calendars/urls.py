from django.urls import path

from bandhu.calendars.views import accounts, booking_pages, calendar, files, meetings, panels, public_booking

app_name = "calendars"
urlpatterns = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("meetings/new/", meetings.planning, name="planning"),
    path("meetings/<uuid:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<uuid:pk>/edit/", meetings.editing, name="editing"),
    path("meetings/<uuid:pk>/move/", meetings.moving, name="moving"),
    path("meetings/<uuid:pk>/held/", meetings.holding, name="holding"),
    path("meetings/<uuid:pk>/cancellation/", meetings.cancelling, name="cancelling"),
    path("meetings/<uuid:pk>/restoration/", meetings.restoring, name="restoring"),
    path("meetings/<uuid:pk>/invitation.ics", files.invitation, name="invitation"),
    path("calendar/settings/", files.settings, name="settings"),
    path("calendar/settings/feed/", files.feed_making, name="feed_making"),
    path("calendar/settings/feed/revocation/", files.feed_revoking, name="feed_revoking"),
    path("calendar/settings/file/", files.bringing_in, name="bringing_in"),
    path("calendar/settings/account/", accounts.connecting, name="account_connecting"),
    path("calendar/settings/account/calendar/", accounts.choosing, name="account_choosing"),
    path("calendar/settings/account/sync/", accounts.syncing, name="account_syncing"),
    path("calendar/settings/account/removal/", accounts.removing, name="account_removing"),
    path("calendar-feed/<str:secret>.ics", files.feed, name="feed"),
    path("calendar/hours/", booking_pages.hours, name="hours"),
    path("calendar/hours/off/", booking_pages.day_off, name="day_off"),
    path("calendar/booking/", booking_pages.overview, name="booking_pages"),
    path("calendar/booking/new/", booking_pages.new, name="booking_page_new"),
    path("calendar/booking/<uuid:pk>/", booking_pages.detail, name="booking_page"),
    path("book/<slug:slug>/", public_booking.times, name="book"),
    path("book/<slug:slug>/<str:start>/", public_booking.book, name="book_time"),
    path("booked/<str:secret>/", public_booking.booked, name="booked"),
    path("booked/<str:secret>/time/", public_booking.moving, name="booking_move"),
    path("booked/<str:secret>/cancellation/", public_booking.cancelling, name="booking_cancel"),
    path("booked/<str:secret>/meeting.ics", public_booking.file, name="booking_file"),
    path("contacts/<uuid:pk>/meetings/", panels.panel, {"kind": "contact"}, name="contact_meetings"),
    path("companies/<uuid:pk>/meetings/", panels.panel, {"kind": "company"}, name="company_meetings"),
]
