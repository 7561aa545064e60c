from django.urls import path

from bandhu.contact_center.views import setup, work

app_name = "contact_center"
urlpatterns = [
    path("queues/", work.queues_now, name="queues_now"),
    path("queues/<uuid:pk>/", work.queue, name="queue"),
    path("work/", work.my_work, name="my_work"),
    path("work/presence/", work.presence, name="presence"),
    path("work/heartbeat/", work.heartbeat, name="heartbeat"),
    path("work/next/", work.next_work, name="next_work"),
    path("work/<uuid:pk>/acceptance/", work.acceptance, name="acceptance"),
    path("work/<uuid:pk>/refusal/", work.refusal, name="refusal"),
    path("work/<uuid:pk>/assignment/", work.assignment, name="assignment"),
    path("work/<uuid:pk>/return/", work.returning, name="returning"),
    path("settings/queues/", setup.overview, name="setup"),
    path("settings/queues/new/", setup.queue, name="queue_new"),
    path("settings/queues/<uuid:pk>/", setup.queue, name="queue_setup"),
    path("settings/skills/new/", setup.skill, name="skill_new"),
    path("settings/skills/<uuid:pk>/", setup.skill, name="skill"),
    path("settings/away-reasons/new/", setup.away_reason, name="away_reason_new"),
    path("settings/away-reasons/<uuid:pk>/", setup.away_reason, name="away_reason"),
    path("settings/agents/", setup.agents, name="agents"),
    path("settings/agents/<uuid:pk>/", setup.agent, name="agent"),
]
