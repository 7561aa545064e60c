from django.urls import URLPattern, path

from bandhu.integrations.views import webhooks

app_name = "integrations"
urlpatterns: list[URLPattern] = [
    path("settings/webhooks/", webhooks.overview, name="webhooks"),
    path("settings/webhooks/new/", webhooks.new, name="webhook_new"),
    path("settings/webhooks/<uuid:pk>/", webhooks.detail, name="webhook"),
    path("settings/webhooks/<uuid:pk>/deletion/", webhooks.deletion, name="webhook_deletion"),
    path("settings/webhooks/<uuid:pk>/test/", webhooks.test, name="webhook_test"),
    path("settings/deliveries/<uuid:pk>/replay/", webhooks.replay, name="replay"),
]
