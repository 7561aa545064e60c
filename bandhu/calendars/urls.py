from django.urls import path

from bandhu.calendars.views import calendar, meetings, panels

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
    path("contacts/<uuid:pk>/meetings/", panels.panel, {"kind": "contact"}, name="contact_meetings"),
    path("companies/<uuid:pk>/meetings/", panels.panel, {"kind": "company"}, name="company_meetings"),
]
