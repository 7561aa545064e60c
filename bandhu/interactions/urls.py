from django.urls import path

from bandhu.interactions.views import follow_ups, timeline

app_name = "interactions"
_CONTACT, _COMPANY = {"kind": "contact"}, {"kind": "company"}

urlpatterns = [
    path("contacts/<uuid:pk>/timeline/", timeline.panel, _CONTACT, name="contact_timeline"),
    path("companies/<uuid:pk>/timeline/", timeline.panel, _COMPANY, name="company_timeline"),
    path("contacts/<uuid:pk>/interactions/", timeline.logging, _CONTACT, name="contact_logging"),
    path("companies/<uuid:pk>/interactions/", timeline.logging, _COMPANY, name="company_logging"),
    path("interactions/<uuid:pk>/", timeline.interaction, name="interaction"),
    path("interactions/<uuid:pk>/removal/", timeline.removal, name="removal"),
    path("interactions/<uuid:pk>/restoration/", timeline.restoration, name="restoration"),
    path("contacts/<uuid:pk>/follow-ups/", follow_ups.panel, _CONTACT, name="contact_follow_ups"),
    path("companies/<uuid:pk>/follow-ups/", follow_ups.panel, _COMPANY, name="company_follow_ups"),
    path("contacts/<uuid:pk>/follow-ups/new/", follow_ups.planning, _CONTACT, name="contact_planning"),
    path("companies/<uuid:pk>/follow-ups/new/", follow_ups.planning, _COMPANY, name="company_planning"),
    path("follow-ups/", follow_ups.board, name="follow_ups"),
    path("follow-ups/list/", follow_ups.listed, name="follow_up_list"),
    path("follow-ups/<uuid:pk>/", follow_ups.detail, name="follow_up"),
    path("follow-ups/<uuid:pk>/completion/", follow_ups.completion, name="completion"),
    path("follow-ups/<uuid:pk>/snooze/", follow_ups.snooze, name="snooze"),
    path("follow-ups/<uuid:pk>/dropping/", follow_ups.dropping, name="dropping"),
    path("follow-ups/<uuid:pk>/reopening/", follow_ups.reopening, name="reopening"),
]
