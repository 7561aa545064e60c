from django.urls import path

from bandhu.calendars.views import calendar, files, meetings, panels

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
    path("calendar-feed/<str:secret>.ics", files.feed, name="feed"),
    path("contacts/<uuid:pk>/meetings/", panels.panel, {"kind": "contact"}, name="contact_meetings"),
    path("companies/<uuid:pk>/meetings/", panels.panel, {"kind": "company"}, name="company_meetings"),
]
